"""What can go wrong with a FHIRPath expression.

FhirPathError            the expression cannot be evaluated on this data
  FhirPathSyntaxError    the text is no FHIRPath
  FhirPathBudgetError    the evaluation took more steps than it was given

Texts name places in the expression and types, never a value of the data.
"""

from __future__ import annotations


class FhirPathError(Exception):
    """The evaluation ended with an error (FHIRPath N1, 4.5 Singleton Evaluation and others)."""


class FhirPathSyntaxError(FhirPathError):
    """The text is no FHIRPath expression. offset: where in the text, from 0."""

    def __init__(self, text: str, offset: int) -> None:
        super().__init__(f"{text} (at character {offset + 1} of the expression)")
        self.offset = offset


class FhirPathBudgetError(FhirPathError):
    """The evaluation was stopped: it took more steps than its environment allows."""
