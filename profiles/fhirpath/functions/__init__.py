"""All functions by name."""

from collections.abc import Mapping
from types import MappingProxyType

from profiles.fhirpath.functions.collections import COLLECTIONS
from profiles.fhirpath.functions.conversion import CONVERSION
from profiles.fhirpath.functions.dates import DATES
from profiles.fhirpath.functions.existence import EXISTENCE
from profiles.fhirpath.functions.fhir import FHIR
from profiles.fhirpath.functions.filtering import FILTERING
from profiles.fhirpath.functions.kinds import Function
from profiles.fhirpath.functions.maths import MATHS
from profiles.fhirpath.functions.text import TEXT

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {**EXISTENCE, **FILTERING, **COLLECTIONS, **CONVERSION, **TEXT, **MATHS, **DATES, **FHIR}
)
