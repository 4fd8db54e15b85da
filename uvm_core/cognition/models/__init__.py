"""What is woken: model files by hash, their blobs in the image, experts as adapters."""
