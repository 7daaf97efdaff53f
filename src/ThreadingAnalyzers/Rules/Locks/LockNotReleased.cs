using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// A lock that a method gives back on one path and still holds where another one leaves, by a return or by an exception.
/// Source: the .NET reference, Monitor.Exit; CWE-667; SonarSource S2222.
/// </summary>
public sealed class LockNotReleased() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4006", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "A lock should be released on every path",
        message: "'{0}' is {1}: everyone who wants it then waits for ever; {2}",
        why: "A lock that its holder left without giving it back is never free again. The threads that want it wait for ever, often long after the return or the exception that caused it.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        Holding.Watch(context, types, _ => true, (action, holding, after) => Judge(action, holding, after));
        Holding.WatchCalls(context, (action, call) =>
        {
            if (types[call.Type] == KnownType.LockScope && call.Parent is IExpressionStatementOperation && call.Instance is { } @lock)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), @lock.Syntax, "taken, and the scope that releases it is dropped", "put the scope in a 'using'"));
            else if (types[call.TargetMethod.ContainingType] is KnownType.Monitor or KnownType.ReaderWriterLockSlim && Holding.TakenBy(call, types) is { } taken && IsNeverReleased(taken, call, types, action))
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), taken.Syntax, "taken, and no code releases it", "release it in a 'finally'"));
        });
    }

    private static void Judge(OperationAnalysisContext action, Holding holding, Aftermath after)
    {
        var call = holding.Taking;
        IOperation? thrower = null;
        if (IsOwn(holding.Lock) || (after.Leaves(call, holding.IsRelease) ? IsGivenBackElsewhere(holding) : !after.Meets(call, operation => Escapes(operation, holding, ref thrower), holding.IsRelease)))
            return;
        var harm = thrower is null ? "it is still held where another path leaves" : $"'{Name(thrower)}' at line {thrower.Syntax.Line()} may throw before";
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), thrower is null ? [] : [thrower.Syntax.GetLocation()],
            holding.Lock.Syntax, $"released at line {holding.Releases[0].Syntax.Line()}, but {harm}", "release it in a 'finally'"));
    }

    /// <summary>
    /// Whether all that the program does with the lock, a field or what a callback is given, is to take it: nobody releases it, and
    /// nobody else has it who might.
    /// </summary>
    private static bool IsNeverReleased(IOperation taken, IInvocationOperation call, KnownTypes types, OperationAnalysisContext action) => taken switch
    {
        // The monitor of a value is that of a box which nobody else has.
        { Type.IsValueType: true } => false,
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation, Field: var field } => MemberUses.Of(field, action.Compilation, action.CancellationToken) is { } uses && uses.All(use => IsKept(use, types)),
        // A method that only takes a lock for its callers has one that gives it back somewhere.
        IParameterReferenceOperation { Parameter: var state } => IsCallback(state, taken, types, action) && call.Root().Descendants().Where(use => use.Names(state)).All(use => IsKept(use, types))
            && !MemberUses.CallsIn(action.ContainingSymbol.ContainingType, nameof(Monitor.Exit), action.Compilation, action.CancellationToken).Any(),
        _ => false,
    };

    private static bool IsCallback(IParameterSymbol state, IOperation use, KnownTypes types, OperationAnalysisContext action) => state.ContainingSymbol switch
    {
        IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } => Spawn.Handing(use.Function(), types) is not null,
        IMethodSymbol { MethodKind: MethodKind.Ordinary } method => MemberUses.Of(method, action.Compilation, action.CancellationToken) is { Count: > 0 } uses && uses.All(named => named is IMethodReferenceOperation && Spawn.Handing(named, types) is not null),
        _ => false,
    };

    private static bool IsKept(IOperation use, KnownTypes types)
    {
        var value = use;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value is ISymbolInitializerOperation || value.Parent switch
        {
            ILockOperation => true,
            ISimpleAssignmentOperation assignment => assignment.Target == value && assignment.Value.Unconverted() is IObjectCreationOperation,
            IVariableInitializerOperation => false,
            IInvocationOperation call => call.Instance == value && Holding.LockOf(call, EffectKind.Release, types) is null && (Holding.TakenBy(call, types) is not null || Endings.Frees(call.TargetMethod)),
            IArgumentOperation { Parent: IInvocationOperation call } => types[call.TargetMethod.ContainingType] == KnownType.Monitor && Holding.LockOf(call, EffectKind.Release, types) is null,
            _ => false,
        };
    }

    /// <summary>Whether the lock is part of an object that the function makes, and ends with it.</summary>
    private static bool IsOwn(IOperation @lock)
    {
        while (@lock is IMemberReferenceOperation { Instance: { } instance })
            @lock = instance.Unconverted();
        return @lock is ILocalReferenceOperation local && local.OnlyValue()?.Unconverted() is IObjectCreationOperation;
    }

    /// <summary>Whether an exception of the operation leaves the function with the lock.</summary>
    private static bool Escapes(IOperation operation, Holding holding, ref IOperation? thrower)
    {
        if (!Throwing.MayThrow(operation) || IsCovered(operation.Syntax, holding))
            return false;
        thrower = operation;
        return true;
    }

    private static bool IsCovered(SyntaxNode thrower, Holding holding)
    {
        for (var node = thrower; node is not null && node != holding.Function.Syntax; node = node.Parent)
            if (node is CatchClauseSyntax or FinallyClauseSyntax
                || node.Parent is TryStatementSyntax @try && @try.Block == node && (Releases(@try.Finally, holding) || @try.Catches.Any(handler => IsGeneral(handler) && (Releases(handler, holding) || !Rethrows(handler)))))
                return true;
        return false;
    }

    private static bool Releases(SyntaxNode? handler, Holding holding) => handler is not null && holding.Releases.Any(release => handler.Span.Contains(release.Syntax.Span));

    private static bool IsGeneral(CatchClauseSyntax handler) => handler.Filter is null && handler.Declaration?.Type is null or IdentifierNameSyntax { Identifier.ValueText: nameof(Exception) } or QualifiedNameSyntax { Right.Identifier.ValueText: nameof(Exception) };

    private static bool Rethrows(CatchClauseSyntax handler) => handler.Block.DescendantNodes().Any(node => node is ThrowStatementSyntax);

    /// <summary>Whether another member gives back what this one took: the method that begins something and the one that ends it.</summary>
    private static bool IsGivenBackElsewhere(Holding holding)
    {
        if (holding.Lock is not IMemberReferenceOperation { Member: var member } || holding.Taking.Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
            return holding.Lock is not ILocalReferenceOperation;
        var names = new HashSet<string>(holding.Releases.Select(release => release.TargetMethod.Name));
        var own = holding.Taking.Syntax.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        return type.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => call.Expression is MemberAccessExpressionSyntax access && names.Contains(access.Name.Identifier.ValueText) && call.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == member.Name))
            .Select(call => call.FirstAncestorOrSelf<MemberDeclarationSyntax>())
            .Any(other => other is not null && other != own && !other.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Any(access => access.Name.Identifier.ValueText == holding.Taking.TargetMethod.Name));
    }

    private static string Name(IOperation thrower) => thrower switch
    {
        IInvocationOperation { TargetMethod: { MethodKind: not MethodKind.DelegateInvoke } method } => method.Name,
        IAwaitOperation => "await",
        IInvocationOperation call => call.Instance?.Syntax.ToString() ?? "the delegate",
        _ => "throw",
    };
}
