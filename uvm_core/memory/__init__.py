"""The memory: documents as chunks that can be searched, kept by knowledge_catalog_obj."""
