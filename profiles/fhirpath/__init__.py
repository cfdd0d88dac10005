"""FHIRPath for FHIR R4 (FHIRPath N1 with R4's additions): parse once, compile to closures, evaluate often."""

from profiles.fhirpath.checking import check_expression
from profiles.fhirpath.errors import FhirPathBudgetError, FhirPathError, FhirPathSyntaxError
from profiles.fhirpath.expression import Expression, compile_expression
from profiles.fhirpath.model import Node, TypeInfo, resource_node
from profiles.fhirpath.quantities import Quantity
from profiles.fhirpath.run import Environment, Item, Items
from profiles.fhirpath.temporal import Temporal

__all__ = [
    "Environment",
    "Expression",
    "FhirPathBudgetError",
    "FhirPathError",
    "FhirPathSyntaxError",
    "Item",
    "Items",
    "Node",
    "Quantity",
    "Temporal",
    "TypeInfo",
    "check_expression",
    "compile_expression",
    "resource_node",
]
