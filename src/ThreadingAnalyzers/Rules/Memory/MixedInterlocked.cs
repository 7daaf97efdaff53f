using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>
/// A field that is changed atomically in one place and by a plain read and write in another, which undoes what comes between.
/// Source: the .NET reference, Interlocked; dotnet/runtime, Memory-model.md, "Atomic memory accesses".
/// </summary>
public sealed class MixedInterlocked() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR7002", since: "1.0", Category.Memory, DiagnosticSeverity.Warning,
        title: "A field that is updated by Interlocked should be updated so everywhere",
        message: "'{0}' is updated atomically at line {1}, and here by {2}: what another thread does in between is lost; use {3}",
        why: "Interlocked joins a read and a write against other calls of Interlocked only. A plain update beside it reads, computes and writes in three steps, and an atomic update that comes between them is undone.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Interlocked, context.Compilation, context.CancellationToken))
            context.RegisterSymbolAction(action =>
            {
                var type = (INamedTypeSymbol)action.Symbol;
                // What a derived type does with an inherited field is said there.
                for (INamedTypeSymbol? owner = type; owner is not null; owner = owner.BaseType)
                    foreach (var name in HandedByReference(owner, action.CancellationToken))
                        if (owner.GetMembers(name) is [IFieldSymbol { IsReadOnly: false, IsConst: false, IsVolatile: false, IsImplicitlyDeclared: false } field]
                            && (SymbolEqualityComparer.Default.Equals(owner, type) || field.DeclaredAccessibility != Accessibility.Private))
                            Judge(field, types, action);
            }, SymbolKind.NamedType);
    }

    private static void Judge(IFieldSymbol field, KnownTypes types, SymbolAnalysisContext action)
    {
        if (!MemberUses.Candidates(field, action.Compilation, action.CancellationToken).Any(IsWritten) || MemberUses.Of(field, action.Compilation, action.CancellationToken) is not { } uses)
            return;
        var atomic = uses.Select(use => (Use: use, Call: AtomicCall(use, types)!)).Where(use => use.Call is not null).ToList();
        if (atomic.Count == 0)
            return;
        var isCounted = atomic.Any(use => Atomics.Updated(use.Call, types) is not null);
        var held = new HeldMonitors(types, action.Compilation, action.CancellationToken);
        foreach (var use in uses)
        {
            if (Way(use, isCounted, types) is not var (way, remedy) || IsConstruction(use, action) || !IsIn(action.Symbol, use)
                || !SymbolEqualityComparer.Default.Equals(action.Symbol, field.ContainingType) && IsIn(field.ContainingType, use) || IsAnotherPhase(use, atomic.Select(other => other.Use), action)
                || IsOwners(use, types) || held.Certain(use).Count > 0 && atomic.All(other => held.Certain(other.Use).Count > 0))
                continue;
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, use.Parent!.Syntax.GetLocation(), [atomic[0].Call.Syntax.GetLocation()], use.Syntax, atomic[0].Call.Syntax.Line(), way, remedy));
        }
    }

    /// <summary>
    /// Whether the atomic updates are those of work that the same method starts, by itself or through private methods that it alone
    /// calls: then it counts alone, before the start or after the end.
    /// </summary>
    private static bool IsAnotherPhase(IOperation use, IEnumerable<IOperation> atomic, SymbolAnalysisContext action) =>
        use.Function() is not (IAnonymousFunctionOperation or ILocalFunctionOperation) && atomic.ToList() is var others
        && (others.All(other => other.Root().Syntax == use.Root().Syntax && other.Function() is IAnonymousFunctionOperation or ILocalFunctionOperation)
            || Entry(use, action, Depth, out var isWork) is { } entry && !isWork && others.All(other => SymbolEqualityComparer.Default.Equals(Entry(other, action, Depth, out var runs), entry) && runs));

    /// <summary>How many private methods up the one is looked for that everything begins with.</summary>
    private const int Depth = 3;

    /// <summary>The one method by which control comes to the operation, private methods passed over; null where there are several.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="action">Where it is asked.</param>
    /// <param name="depth">How many more callers to go up.</param>
    /// <param name="isWork">Whether a delegate is between: a lambda, or a method that is given away by name.</param>
    private static IMethodSymbol? Entry(IOperation operation, SymbolAnalysisContext action, int depth, out bool isWork)
    {
        isWork = operation is IMethodReferenceOperation || operation.Function() is IAnonymousFunctionOperation or ILocalFunctionOperation;
        var method = operation.Method();
        while (method is { MethodKind: MethodKind.LocalFunction })
            method = method.ContainingSymbol as IMethodSymbol;
        if (method is not { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Private } || depth == 0 || MemberUses.Of(method, action.Compilation, action.CancellationToken) is not { Count: > 0 } uses)
            return method;
        IMethodSymbol? entry = null;
        var areWork = true;
        foreach (var use in uses)
        {
            var there = Entry(use, action, depth - 1, out var runs);
            if (there is null || entry is not null && !SymbolEqualityComparer.Default.Equals(entry, there))
                return null;
            entry = there;
            areWork &= runs;
        }
        isWork |= areWork;
        return entry;
    }

    /// <summary>Whether the code has found that this thread is the one which a member names: how often a lock is held is the business of who holds it.</summary>
    private static bool IsOwners(IOperation use, KnownTypes types)
    {
        for (var arm = use; arm is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); arm = arm.Parent)
            foreach (var (condition, held) in Premises.At(arm))
                if (Premises.Terms(condition, held).Any(term => term is IBinaryOperation { OperatorKind: var kind } asked && kind == (held ? BinaryOperatorKind.Equals : BinaryOperatorKind.NotEquals)
                    && (Contexts.IsCurrentThread(asked.LeftOperand.Source(), types) || Contexts.IsCurrentThread(asked.RightOperand.Source(), types))))
                    return true;
        return false;
    }

    private static bool IsIn(ISymbol type, IOperation use) => type.DeclaringSyntaxReferences.Any(part => part.SyntaxTree == use.Syntax.SyntaxTree && part.Span.Contains(use.Syntax.Span));

    /// <summary>What the type's text has behind a <c>ref</c> in calls that may be atomic, where it names Interlocked: a look that costs less than binding.</summary>
    private static IEnumerable<string> HandedByReference(INamedTypeSymbol type, CancellationToken cancellation) =>
        (from part in type.DeclaringSyntaxReferences
         where Mention.In(KnownType.Interlocked, part.SyntaxTree, cancellation)
         from keyword in Words.In(part.GetSyntax(cancellation), SyntaxFacts.GetText(SyntaxKind.RefKeyword), cancellation)
         let argument = keyword.Parent as ArgumentSyntax
         where argument?.Parent?.Parent is InvocationExpressionSyntax { Expression: var called } && Atomics.MayChange(((called as MemberAccessExpressionSyntax)?.Name ?? called as SimpleNameSyntax)?.Identifier.ValueText ?? "")
         select (argument.Expression is MemberAccessExpressionSyntax access ? access.Name : argument.Expression) as IdentifierNameSyntax into name
         where name is not null
         select name.Identifier.ValueText).Distinct();

    /// <summary>Whether the text gives what is named so another value there, by an assignment, <c>++</c> or <c>--</c>.</summary>
    private static bool IsWritten(SyntaxToken name)
    {
        var written = name.Parent?.FirstAncestorOrSelf<SyntaxNode>(static node => node.Parent is not (MemberAccessExpressionSyntax or MemberBindingExpressionSyntax or ParenthesizedExpressionSyntax));
        return written?.Parent switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left == written,
            PrefixUnaryExpressionSyntax or PostfixUnaryExpressionSyntax => true,
            _ => false,
        };
    }

    private static IInvocationOperation? AtomicCall(IOperation use, KnownTypes types) =>
        use.Parent is IArgumentOperation { Parent: IInvocationOperation call } && Atomics.Changed(call, types)?.Unconverted() == use ? call : null;

    /// <summary>Whether others have the object too: it is this one, or one that this one keeps.</summary>
    private static bool IsKept(IOperation? instance) => instance is null or IInstanceReferenceOperation or IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation }
        || instance is IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } parameter && parameter.Root() is not IConstructorBodyOperation;

    /// <summary>By which plain steps the use changes the field, and what does the same at once; null where it does not, or where a plain write does no harm.</summary>
    private static (string Way, string Remedy)? Way(IOperation use, bool isCounted, KnownTypes types) => use is not IFieldReferenceOperation field || !IsKept(field.Instance) ? null : use.Parent switch
    {
        // What a value holds is often a copy of one's own, or an entry that its owner has for itself; only a count is for all.
        _ when field.Field is { IsStatic: false, ContainingType.IsValueType: true } && !isCounted => null,
        IIncrementOrDecrementOperation => ("a plain read and write", "Interlocked here too"),
        ICompoundAssignmentOperation assignment when assignment.Target == use => ("a plain read and write", "Interlocked here too"),
        ISimpleAssignmentOperation assignment when assignment.Target == use && assignment.Value.DescendantsAndSelf().Any(part => part is IFieldReferenceOperation { Parent: not IArgumentOperation { Parameter.RefKind: RefKind.Ref } } && part.IsSameAs(use)) => ("a plain read and write", "Interlocked here too"),
        ISimpleAssignmentOperation assignment when assignment.Target == use && isCounted && IsTakenBefore(assignment, use, types) => ("a write after a read", "Interlocked.Exchange, which does both"),
        _ => null,
    };

    /// <summary>Whether a statement before keeps the field's value, or the condition around asks for it: then the write throws away what came after.</summary>
    private static bool IsTakenBefore(ISimpleAssignmentOperation write, IOperation field, KnownTypes types)
    {
        if (write.Parent is not IExpressionStatementOperation { Parent: var outer } statement)
            return false;
        if (outer is IBlockOperation block)
        {
            if (block.Operations.TakeWhile(before => before != statement).Any(before => Kept(before) is { } kept && (Atomics.Read(kept.Unconverted(), types) ?? kept).IsSameAs(field)))
                return true;
            outer = block.Parent;
        }
        return outer is IConditionalOperation conditional && conditional.Condition.DescendantsAndSelf().Any(part => part is IFieldReferenceOperation && part.IsSameAs(field))
            && write.Value.ConstantValue.HasValue && conditional.Condition.Unconverted() is IBinaryOperation { OperatorKind: not (BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals) };
    }

    private static IOperation? Kept(IOperation statement) => statement switch
    {
        IVariableDeclarationGroupOperation { Declarations: [{ Declarators: [var only] }] } => only.GetVariableInitializer()?.Value,
        IExpressionStatementOperation { Operation: ISimpleAssignmentOperation { Target: ILocalReferenceOperation or IFieldReferenceOperation } assignment } => assignment.Value,
        _ => null,
    };

    /// <summary>Whether nobody else has the object yet: in a constructor, or in a private method that only constructors call.</summary>
    private static bool IsConstruction(IOperation use, SymbolAnalysisContext action)
    {
        if (use.Function() is IAnonymousFunctionOperation or ILocalFunctionOperation)
            return false;
        if (use.Root() is IConstructorBodyOperation or ISymbolInitializerOperation)
            return true;
        return use.SemanticModel?.GetEnclosingSymbol(use.Syntax.SpanStart, action.CancellationToken) is IMethodSymbol { DeclaredAccessibility: Accessibility.Private } method
            && MemberUses.Of(method, action.Compilation, action.CancellationToken) is { Count: > 0 } calls && calls.All(call => call is IInvocationOperation && call.Root() is IConstructorBodyOperation);
    }
}
