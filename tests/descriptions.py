"""Descriptions of health data sets in the profile's true form, about invented hospitals, and shapes of our own."""

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix healthdcatap: <http://healthdataportal.eu/ns/health#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix time: <http://www.w3.org/2006/time#> .
"""

HEART = """
<https://kaai.example/data/heart> a dcat:Dataset ;
  dct:title "Heart failure cohort"@en, "Cohort hartfalen"@nl ;
  dct:description "Echo and laboratory values of patients with heart failure"@en ;
  dct:publisher [ a foaf:Agent ; foaf:name "Kaai University Hospital"@en ; foaf:homepage <https://www.uzkaai.example> ;
    healthdcatap:trustedDataHolder true ] ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC> ;
  healthdcatap:healthCategory <http://healthdataportal.eu/resource/authority/healthcategories/RQSH> ;
  dcat:keyword "heart failure"@en, "echo"@en ;
  dct:spatial <http://publications.europa.eu/resource/authority/country/BEL> ;
  healthdcatap:numberOfRecords "1200"^^xsd:nonNegativeInteger ;
  healthdcatap:numberOfUniqueIndividuals "300"^^xsd:nonNegativeInteger ;
  healthdcatap:minTypicalAge "40"^^xsd:nonNegativeInteger ;
  dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2015-01-01"^^xsd:date ; dcat:endDate "2024-12-31"^^xsd:date ] ;
  dcat:landingPage <https://kaai.example/data/heart> ;
  dcat:contactPoint [ a vcard:Individual ; vcard:fn "Jan Vandamme" ; vcard:hasEmail <mailto:jan@kaai.example> ;
    vcard:hasTelephone <tel:+3216000000> ] ;
  dcat:distribution [ a dcat:Distribution ; dct:title "Extract"@en ; dcat:byteSize 2048.0 ;
    dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ] .
"""

SCLEROSIS = """
<https://kaai.example/data/ms> a dcat:Dataset ;
  dct:title "MS-register"@nl ;
  dct:description "Register van multiple sclerose"@nl ;
  dct:publisher [ a foaf:Agent ; foaf:name "Kaai University Hospital"@en ;
    foaf:homepage <https://www.uzkaai.example> ] ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/RESTRICTED> ;
  healthdcatap:numberOfRecords "many" ;
  dct:temporal [ a dct:PeriodOfTime ; time:hasBeginning [ time:inXSDDate "2001-01-01"^^xsd:date ] ] .
"""

CATALOGUE = f"""{PREFIXES}
<https://agency.example/catalogue> a dcat:Catalog ; dct:title "Health data of Schelde"@en ;
  dcat:dataset <https://kaai.example/data/heart>, <https://kaai.example/data/ms> .
{HEART}{SCLEROSIS}
"""

#: A profile of our own with a rule of each sort.
SHAPES = f"""{PREFIXES}
<urn:shapes#DatasetShape> a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:severity sh:Violation ],
    [ sh:path dcat:keyword ; sh:minCount 1 ; sh:severity sh:Violation ],
    [ sh:path dct:publisher ; sh:maxCount 1 ; sh:severity sh:Violation ],
    [ sh:path healthdcatap:numberOfRecords ; sh:datatype xsd:nonNegativeInteger ; sh:severity sh:Violation ],
    [ sh:path dcat:landingPage ; sh:minCount 1 ; sh:severity sh:Warning ] .
<urn:shapes#DistributionShape> a sh:NodeShape ; sh:targetClass dcat:Distribution ;
  sh:property [ sh:path dcat:accessURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ; sh:severity sh:Violation ] .
"""
