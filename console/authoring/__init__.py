"""Who writes and proves mappings: onboarding engineers."""
