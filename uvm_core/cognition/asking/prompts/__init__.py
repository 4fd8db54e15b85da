"""The prompts' templates, one file each, and how they are rendered."""

from uvm_core.cognition.asking.prompts.rendering import (
    PromptError,
    as_python,
    cited,
    default_templates,
    quoted,
    render,
)

__all__ = ["PromptError", "as_python", "cited", "default_templates", "quoted", "render"]
