"""What an expression begins with: literals, constants and variables (FHIRPath N1, 4.1 and 9)."""

from __future__ import annotations

from decimal import Decimal

from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.numbers import MAX_INTEGER
from profiles.fhirpath.quantities import quantity_of_literal
from profiles.fhirpath.run import Code, Item, Items, Run
from profiles.fhirpath.syntax import Constant, Empty, Literal, QuantityLiteral, Variable
from profiles.fhirpath.temporal import parse_date, parse_date_time, parse_time

SYSTEMS = {"ucum": "http://unitsofmeasure.org", "sct": "http://snomed.info/sct", "loinc": "http://loinc.org"}
_FHIR_TYPES_URL = "http://hl7.org/fhir/StructureDefinition/"


def _item(ast: Literal) -> Item:
    """The value of a literal. Raises FhirPathError for a date that is none."""
    if ast.kind == "string":
        return ast.text
    if ast.kind == "boolean":
        return ast.text == "true"
    if ast.kind == "number":
        whole = "." not in ast.text and int(ast.text) <= MAX_INTEGER
        return int(ast.text) if whole else Decimal(ast.text)
    parse = {"date": parse_date, "datetime": parse_date_time, "time": parse_time}[ast.kind]
    found = parse(ast.text)
    if found is None:
        raise FhirPathError("The expression holds a date or time that does not exist.")
    return found


def literal(ast: Literal) -> Code:
    """A literal: the same single item each time."""
    item = _item(ast)
    return lambda _, __: [item]


def quantity(ast: QuantityLiteral) -> Code:
    """A number with a unit."""
    item = quantity_of_literal(ast.number, ast.unit, ast.calendar)
    return lambda _, __: [item]


def empty(_: Empty) -> Code:
    """{ }."""
    return lambda _, __: []


def constant(ast: Constant) -> Code:
    """A % name: a fixed system or url, or what the environment gives (R4, 2.9.1.3)."""
    name = ast.name
    if name in SYSTEMS:
        return literal(Literal("string", SYSTEMS[name]))
    if name.startswith("vs-"):
        return literal(Literal("string", f"http://hl7.org/fhir/ValueSet/{name[3:]}"))
    if name.startswith("ext-"):
        return literal(Literal("string", _FHIR_TYPES_URL + name[4:]))
    return lambda _, run: _variable_of(name, run)


def _variable_of(name: str, run: Run) -> Items:
    environment = run.environment
    if name == "context":
        return run.context
    if name in ("resource", "rootResource"):
        node = environment.resource if name == "resource" else environment.root or environment.resource
        return run.context if node is None else [node]
    if name in run.variables:
        return run.variables[name]
    if name in environment.variables:
        return environment.variables[name]
    raise FhirPathError("The expression uses a variable that nobody has given a value.")


def variable(ast: Variable) -> Code:
    """$this, $index or $total."""
    if ast.name == "this":
        return lambda this, _: this
    if ast.name == "index":
        return lambda _, run: [] if run.index is None else [run.index]
    return lambda _, run: run.total or []
