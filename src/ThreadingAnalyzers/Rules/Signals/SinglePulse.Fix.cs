using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>Wakes all waiters; each tests its own condition.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SinglePulseFix() : Fix(SinglePulse.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var name = finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>()?.Expression switch
        {
            MemberAccessExpressionSyntax access => access.Name,
            IdentifierNameSyntax identifier => identifier,
            _ => null,
        };
        if (name is not null)
            yield return new Remedy("Use PulseAll", editor => editor.ReplaceNode(name, SyntaxFactory.IdentifierName("PulseAll").WithTriviaFrom(name)));
    }
}
