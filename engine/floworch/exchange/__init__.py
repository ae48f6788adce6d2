"""Definitions to and from other forms: Python scripts, bundles, cURL, crontabs, n8n and Node-RED."""
