"""Canonical urls and identifier systems: ours, and those of FHIR, MedCom and HL7 Denmark that are used."""

BASE = "https://fhir.overgang.example"
GUIDE_PACKAGE = "overgang.fhir.dk"
IV_TREATMENT = f"{BASE}/StructureDefinition/iv-treatment"
IV_TYPE_CODES = f"{BASE}/CodeSystem/iv-type"
WEIGHT_CATEGORY_CODES = f"{BASE}/CodeSystem/weight-category"
REFERRAL_EVENT_CODES = f"{BASE}/CodeSystem/message-events"

CPR = "urn:oid:1.2.208.176.1.2"
SOR = "urn:oid:1.2.208.176.1.1"
GLN = ("https://www.gs1.org/gln", "http://www.gs1.org/gln")
SKS = "urn:oid:1.2.208.176.2.4"
FSIII = "urn:oid:1.2.208.176.2.21"
MUNICIPALITY_CODES = "http://hl7.dk/fhir/core/CodeSystem/dk-core-municipality-codes"
MEDCOM_EVENT_CODES = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-eventCodes"
