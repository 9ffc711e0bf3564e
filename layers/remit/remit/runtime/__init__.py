"""What only makes sense inside Lambda: settings, clients, the HTTP edge, logs and metrics."""
