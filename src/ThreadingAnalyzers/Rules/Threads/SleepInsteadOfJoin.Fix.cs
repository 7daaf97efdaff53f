using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>Joins the thread, or each of the threads, where the code slept.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SleepInsteadOfJoinFix() : Fix(SleepInsteadOfJoin.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        // An async method should not block where it gave the thread back before.
        if (!finding.Diagnostic.Properties.TryGetValue(SleepInsteadOfJoin.HolderProperty, out var holder) || holder is null
            || finding.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Expression: InvocationExpressionSyntax } sleep
            || finding.Model.LookupSymbols(sleep.SpanStart, name: holder).OfType<ILocalSymbol>().FirstOrDefault() is not { } local
            || sleep.FirstAncestorOrSelf<LockStatementSyntax>() is not null)
            yield break;
        var types = KnownTypes.Of(finding.Model.Compilation);
        var isOne = types[local.Type] == KnownType.Thread;
        if (!isOne && local.Type is not IArrayTypeSymbol { Rank: 1 } && types[local.Type] is not (KnownType.List or KnownType.Collection) || !isOne && !IsOfThreads(local.Type, types))
            yield break;
        yield return new Remedy("Join the thread", editor =>
        {
            var join = isOne ? StartStatement.Join(holder) : StartStatement.JoinEach(FreeName.In(sleep.FirstAncestorOrSelf<MemberDeclarationSyntax>()!, "thread", finding.Model, sleep.SpanStart), holder);
            editor.ReplaceNode(sleep, join.WithTriviaFrom(sleep));
        });
    }

    private static bool IsOfThreads(ITypeSymbol collection, KnownTypes types) => collection switch
    {
        IArrayTypeSymbol { ElementType: var element } => types[element] == KnownType.Thread,
        INamedTypeSymbol { TypeArguments: [var item] } => types[item] == KnownType.Thread,
        _ => false,
    };
}
