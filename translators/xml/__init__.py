"""XML: read without entities, DTDs or network, by mappings with namespaces by URI; SAP's IDocs."""
