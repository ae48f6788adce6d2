"""The application: its loop, window, actions as data, and the composition of everything below."""
