using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// Makes the lock a semaphore and waits for it without a thread. Offered where the function that awaits is the only one that uses the
/// lock, by one acquisition and its releases: whoever else took it might take it twice, which a semaphore does not allow.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class AwaitUnderLockFix() : Fix(AwaitUnderLock.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        if (finding.Model.GetOperation(finding.Node, finding.Cancellation)?.Function() is not { } function || IsRecursive(function)
            || function.OwnOperations().OfType<IInvocationOperation>().Where(call => Holding.TakenBy(call, types) is not null).ToList() is not [{ Parent: IExpressionStatementOperation } taking]
            || Holding.LockOf(taking, EffectKind.Acquire, types) is not IFieldReferenceOperation { Field: var field } @lock || LockMembers.Flag(taking) is not null || LockMembers.Mode(taking.TargetMethod) is not null
            || MemberUses.Of(field, finding.Model.Compilation, finding.Cancellation) is not { } uses || field.ContainingType.DeclaringSyntaxReferences.Length != 1
            || field.DeclaringSyntaxReferences is not [{ } reference] || reference.SyntaxTree != finding.Root.SyntaxTree
            || reference.GetSyntax(finding.Cancellation) is not VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax { Initializer: null } creation, Parent: VariableDeclarationSyntax { Variables.Count: 1 } declaration } declarator
            || creation.ArgumentList is { Arguments.Count: > 0 })
            yield break;
        var releases = new List<IInvocationOperation>();
        foreach (var use in uses.Where(use => use is IMemberReferenceOperation && !taking.Syntax.Span.Contains(use.Syntax.Span)))
        {
            if (finding.Root.FindNode(use.Syntax.Span).FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call || finding.Model.GetOperation(call, finding.Cancellation) is not IInvocationOperation release
                || Holding.LockOf(release, EffectKind.Release, types) is not { } given || !given.IsSameAs(@lock) || release.Function().Syntax != function.Syntax)
                yield break;
            releases.Add(release);
        }
        if (releases.Count > 0)
            yield return new Remedy("Use SemaphoreSlim", editor => Edit(editor, declaration, declarator, taking, releases, (ExpressionSyntax)@lock.Syntax));
    }

    private static void Edit(DocumentEditor editor, VariableDeclarationSyntax declaration, VariableDeclaratorSyntax declarator, IInvocationOperation taking, List<IInvocationOperation> releases, ExpressionSyntax @lock)
    {
        var type = SyntaxFactory.ParseTypeName("System.Threading.SemaphoreSlim").WithAdditionalAnnotations(Simplifier.Annotation);
        var arguments = SyntaxFactory.ParseArgumentList("(1, 1)");
        ExpressionSyntax creation = declarator.Initializer!.Value is ImplicitObjectCreationExpressionSyntax ? SyntaxFactory.ImplicitObjectCreationExpression(arguments, null)
            : SyntaxFactory.ObjectCreationExpression(SyntaxFactory.Token(SyntaxKind.NewKeyword).WithTrailingTrivia(SyntaxFactory.Space), type, arguments, null);
        editor.ReplaceNode(declaration, declaration.WithType(type.WithTriviaFrom(declaration.Type))
            .WithVariables(SyntaxFactory.SingletonSeparatedList(declarator.WithInitializer(declarator.Initializer.WithValue(creation.WithTriviaFrom(declarator.Initializer.Value))))));
        editor.ReplaceNode(taking.Syntax, SyntaxFactory.ParseExpression($"await {@lock.WithoutTrivia()}.WaitAsync()").WithTriviaFrom(taking.Syntax).WithAdditionalAnnotations(Formatter.Annotation));
        foreach (var release in releases)
            editor.ReplaceNode(release.Syntax, SyntaxFactory.ParseExpression($"{@lock.WithoutTrivia()}.Release()").WithTriviaFrom(release.Syntax));
    }

    private static bool IsRecursive(IOperation function) => function.SemanticModel?.GetEnclosingSymbol(function.Syntax.DescendantNodes().FirstOrDefault()?.SpanStart ?? function.Syntax.SpanStart) is IMethodSymbol own
        && function.DescendantsAndSelf().OfType<IInvocationOperation>().Any(call => SymbolEqualityComparer.Default.Equals(call.TargetMethod.OriginalDefinition, own));
}
