"""Invoices for Flow Orchestrator."""
