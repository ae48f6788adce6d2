"""Serving workflows: schedules, arriving files and web requests start durable runs (``floworch serve``).

``due`` and ``arrivals`` decide, as functions of what is remembered and of the moment; ``ledger`` remembers beside the
runs; ``runs`` starts them under ids that are made of what fired, so that nothing fires twice; ``schedules``,
``folders`` and ``hooks`` are the thin shells around clock, disk and network, and ``service`` holds them together.
"""
