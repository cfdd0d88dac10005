"""The demo month: a hospital, municipalities and a questionnaire system sending October 2026 through the real doors."""
