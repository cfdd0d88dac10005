"""The facts of FHIR R4 core that validation and conversion need, as data."""
