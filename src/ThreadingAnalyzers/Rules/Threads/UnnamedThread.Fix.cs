using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>Names the thread after the method that it runs, so that a rename keeps both together.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnnamedThreadFix() : Fix(UnnamedThread.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is not { } creation
            || finding.Model.GetOperation(creation, finding.Cancellation) is not IObjectCreationOperation operation || Spawn.Of(operation, KnownTypes.Of(finding.Model.Compilation)) is not { } spawn
            || Work.Of(spawn.Value) is not { } work || !SyntaxFacts.IsValidIdentifier(work.Name) || finding.Model.LookupSymbols(creation.SpanStart, name: work.Name) is not [IMethodSymbol, ..])
            yield break;
        var name = SyntaxFactory.ParseExpression($"Name = nameof({work.Name})");
        yield return new Remedy("Name the thread", editor => editor.ReplaceNode(creation, StartStatement.With(creation, name)));
    }
}
