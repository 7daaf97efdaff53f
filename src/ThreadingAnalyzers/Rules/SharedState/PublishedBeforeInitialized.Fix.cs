using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>Fills a local and stores that last; of a flag, sets it last.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class PublishedBeforeInitializedFix() : Fix(PublishedBeforeInitialized.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding) => PublishLast.Remedies(finding);
}
