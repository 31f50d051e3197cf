"""XML: read without entities, DTDs or network; SAP's IDocs."""
