"""How things look: text, tables and colours, apart from what the verbs do."""
