using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>Lets the process end without the thread.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ForegroundEndlessThreadFix() : Fix(ForegroundEndlessThread.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is { } creation)
            yield return new Remedy("Make it a background thread", editor => StartStatement.MakeBackground(creation, editor));
    }
}
