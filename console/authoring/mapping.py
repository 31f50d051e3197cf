"""Mappings: every command about them; only the one that is asked for is loaded."""

from console.entries import Entry, Group

app = Group(
    "What the words of partners mean.",
    (
        Entry("new", "console.authoring.drafting:new", "Draft a mapping from samples."),
        Entry("try", "console.authoring.trying:try_", "A file side by side with what comes of it."),
        Entry("test", "console.authoring.proving:prove", "Run the cases beside mappings."),
        Entry("explain", "console.authoring.explaining:explain_", "Where each value comes from."),
        Entry("sheet", "console.authoring.agreeing:sheet", "A mapping as CSV, to mail."),
        Entry("header", "console.authoring.heading:header", "A table whose header drifted."),
        Entry("coverage", "console.authoring.covering:coverage", "What archived files needed."),
        Entry("diff", "console.authoring.differing:diff", "What another version changes."),
        Entry("guide", "console.authoring.guide:guide", "A guide for the partner."),
        Entry("publish", "console.authoring.publishing:publish", "Let a version run."),
        Entry("versions", "console.authoring.published:versions", "Which version runs where."),
        Entry("shadow", "console.authoring.published:shadow", "What a version would have made."),
        Entry("list", "console.authoring.linting:list_", "All mappings."),
        Entry("lint", "console.authoring.linting:lint", "Mistakes, by file, line and column."),
    ),
)
