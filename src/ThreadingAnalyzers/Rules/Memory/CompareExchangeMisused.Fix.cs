using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>Puts the value that was read before where the exchange, or its result, is compared with another one.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class CompareExchangeMisusedFix() : Fix(CompareExchangeMisused.Descriptor)
{
    private const string Title = "Compare with the expected value";

    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { ArgumentList.Arguments: [{ NameColon: null }, { NameColon: null } value, { NameColon: null } expected] } call
            || finding.Model.GetOperation(call, finding.Cancellation) is not IInvocationOperation operation || Atomics.CompareExchange(operation, KnownTypes.Of(finding.Model.Compilation)) is not var (variable, given, _))
            yield break;
        switch (finding.Diagnostic.Properties[CompareExchangeMisused.MistakeProperty])
        {
            case CompareExchangeMisused.Swapped:
                yield return new Remedy(Title, editor =>
                {
                    editor.ReplaceNode(value.Expression, expected.Expression.WithTriviaFrom(value.Expression));
                    editor.ReplaceNode(expected.Expression, value.Expression.WithTriviaFrom(expected.Expression));
                });
                break;
            case CompareExchangeMisused.ComparedWithNew or CompareExchangeMisused.ComparedWithOther when Compared(call) is { } compared:
                yield return new Remedy(Title, editor => editor.ReplaceNode(compared, expected.Expression.WithTriviaFrom(compared)));
                break;
            // The local must be what the new value is computed from, or there is nothing to compare with.
            case CompareExchangeMisused.Reread when Source(given, variable) is { } old:
                yield return new Remedy(Title, editor => editor.ReplaceNode(expected.Expression, old.WithTriviaFrom(expected.Expression)));
                break;
        }
    }

    private static ExpressionSyntax? Compared(InvocationExpressionSyntax call) => call.Parent switch
    {
        BinaryExpressionSyntax comparison => comparison.Left == call ? comparison.Right : comparison.Left,
        ArgumentSyntax { Parent: ArgumentListSyntax { Arguments: [{ Expression: var one }, { Expression: var other }] } } => one == call ? other : one,
        _ => null,
    };

    private static ExpressionSyntax? Source(IOperation value, IOperation variable)
    {
        var parts = value.DescendantsAndSelf().OfType<ILocalReferenceOperation>().ToList();
        return parts.Concat(parts.Select(part => part.OnlyValue()).OfType<IOperation>().SelectMany(from => from.DescendantsAndSelf()).OfType<ILocalReferenceOperation>())
            .FirstOrDefault(local => local.OnlyValue() is { } read && read.IsSameAs(variable))?.Syntax as ExpressionSyntax;
    }
}
