using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// Takes the object by its own method, at all lock statements of it at once, where the thread certainly does not come back for
/// it: a mutex may be taken again, a semaphore or a reader-writer lock as a rule not, so there the code under it calls nothing
/// of the program.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LockOnSyncObjectFix() : Fix(LockOnSyncObject.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var (model, types) = (finding.Model, KnownTypes.Of(finding.Model.Compilation));
        if (finding.Node.FirstAncestorOrSelf<LockStatementSyntax>() is not { } found || !found.Expression.Span.Contains(finding.Node.Span)
            || model.GetOperation(found.Expression, finding.Cancellation)?.Unconverted() is not IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation, Field: { IsReadOnly: true, DeclaredAccessibility: Accessibility.Private, ContainingType.DeclaringSyntaxReferences.Length: 1 } field }
            || SyncObject.Of(field.Type, types) is not { } own || !IsFree(field, types, finding))
            yield break;
        var uses = AtomicUpdate.Uses(field, finding.Root, finding).ToList();
        var locks = uses.Select(use => use.Parent).OfType<LockStatementSyntax>().ToList();
        // The members that use the object by its own methods may hold it wherever they are.
        var holders = uses.Where(use => use.Parent is not LockStatementSyntax).Select(Member).Distinct().ToList();
        // A monitor's other methods, or another name that the object gets, would still use the monitor.
        if (uses.Any(use => use.Parent is not (LockStatementSyntax or MemberAccessExpressionSyntax or ConditionalAccessExpressionSyntax))
            || locks.Any(@lock => @lock.Parent is not BlockSyntax || holders.Contains(Member(@lock)) || @lock.DescendantNodes().Any(node => node is YieldStatementSyntax))
            || types[field.Type] != KnownType.Mutex && !(locks.All(@lock => IsClosed(@lock.Statement, model)) && holders.All(member => IsClosed(member, model) && AwaitsOnly(uses, member))))
            yield break;
        yield return new Remedy($"Use its '{own.Take}' and '{own.Give}'", editor =>
        {
            foreach (var @lock in locks)
            {
                var (take, @try) = Taken(@lock, own);
                editor.InsertBefore(@lock, take);
                editor.ReplaceNode(@lock, @try);
            }
        }, "Use its own methods");
    }

    /// <summary>Whether the object is made so that the first thread gets it.</summary>
    private static bool IsFree(IFieldSymbol field, KnownTypes types, Finding finding) =>
        field.DeclaringSyntaxReferences is [{ } declared] && declared.GetSyntax(finding.Cancellation) is VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax made }
        && finding.Model.GetOperation(made, finding.Cancellation) is IObjectCreationOperation { Arguments: var arguments } && types[field.Type] switch
        {
            KnownType.SemaphoreSlim or KnownType.Semaphore => arguments.Length is 1 or 2 && arguments.All(argument => argument.Value.ConstantValue is { HasValue: true, Value: 1 }),
            // One with a name is another program's too, and one that is taken at once is its maker's.
            KnownType.Mutex => arguments.IsEmpty,
            KnownType.ReaderWriterLockSlim => arguments.IsEmpty,
            _ => false,
        };

    private static MemberDeclarationSyntax Member(SyntaxNode node) => node.FirstAncestorOrSelf<MemberDeclarationSyntax>()!;

    /// <summary>Whether the member awaits nothing but the object: else a thread that it gave back could be the one that waits.</summary>
    private static bool AwaitsOnly(List<ExpressionSyntax> uses, SyntaxNode member) =>
        member.DescendantNodes().OfType<AwaitExpressionSyntax>().All(await => uses.Any(use => await.Span.Contains(use.Span)));

    /// <summary>Whether the code calls nothing of the program and no delegate, which might come back here.</summary>
    private static bool IsClosed(SyntaxNode code, SemanticModel model) => code.DescendantNodesAndSelf().All(node => node switch
    {
        AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax => false,
        ExpressionSyntax expression when model.GetSymbolInfo(expression).Symbol is IMethodSymbol or IPropertySymbol => IsElsewhere(model.GetSymbolInfo(expression).Symbol!),
        _ => true,
    });

    private static bool IsElsewhere(ISymbol member) => !member.Locations.Any(location => location.IsInSource)
        && !(member is IMethodSymbol { MethodKind: MethodKind.DelegateInvoke }) && member.ContainingType is not { TypeKind: TypeKind.Delegate }
        || member is IPropertySymbol { IsAbstract: false, IsVirtual: false, IsOverride: false, IsStatic: false } && member.DeclaringSyntaxReferences.Any(part => part.GetSyntax() is PropertyDeclarationSyntax { ExpressionBody: null, AccessorList.Accessors: var accessors } && accessors.All(accessor => accessor.Body is null && accessor.ExpressionBody is null));

    private static (StatementSyntax Take, StatementSyntax Try) Taken(LockStatementSyntax @lock, SyncObject own)
    {
        var take = SyntaxFactory.ParseStatement($"{@lock.Expression.WithoutTrivia()}.{own.Take}();").WithLeadingTrivia(@lock.GetLeadingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
        var body = @lock.Statement as BlockSyntax ?? NewBlock.Around(@lock.Statement);
        var give = SyntaxFactory.ParseStatement($"{@lock.Expression.WithoutTrivia()}.{own.Give}();");
        var @try = SyntaxFactory.TryStatement(body.WithoutTrivia(), default, SyntaxFactory.FinallyClause(SyntaxFactory.Block(give)))
            .WithTrailingTrivia(@lock.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
        return (take, @try);
    }
}
