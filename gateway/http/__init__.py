"""The HTTP door: FHIR REST, MedCom XML, health and metrics."""
