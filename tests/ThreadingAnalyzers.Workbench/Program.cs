using System.CommandLine;
using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Corpus;
using ThreadingAnalyzers.Workbench.Peers;

return await new RootCommand("The developers' own tool of ThreadingAnalyzers: the rules on real programs, and their cost.")
{
    NewRule.Command(),
    CorpusVerb.Command(),
    FixVerb.Command(),
    Bench.Command(),
    Compare.Command(),
}.Parse(args).InvokeAsync();
