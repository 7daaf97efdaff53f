using System.CommandLine;
using ThreadingAnalyzers.Workbench.Corpus;

return await new RootCommand("The developers' own tool of ThreadingAnalyzers: the rules on real programs, and their cost.")
{
    CorpusVerb.Command(),
}.Parse(args).InvokeAsync();
