using System.CommandLine;
using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Corpus;

return await new RootCommand("The developers' own tool of ThreadingAnalyzers: the rules on real programs, and their cost.")
{
    NewRule.Command(),
    CorpusVerb.Command(),
    Bench.Command(),
}.Parse(args).InvokeAsync();
