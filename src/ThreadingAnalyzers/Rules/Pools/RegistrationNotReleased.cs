using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// A callback that is registered with a token or a wait handle of somebody else, and whose registration nobody keeps. Source:
/// "How to: Register callbacks for cancellation requests", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class RegistrationNotReleased() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR2014", since: "1.0", Category.Pools, DiagnosticSeverity.Info,
        title: "The registration of a callback should be kept and released",
        message: "The registration of '{0}' is lost: {1} keeps the callback and all that it refers to, and calls it though the work is over; keep the registration and {2} it when the work is done",
        why: "A token that lives as long as the program keeps every callback that is registered with it. Who registers one for each call and never releases it leaks, and is called for work that was over long ago.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (Registrations.Callback(call, types) is not { } callback || !IsLost(call, action) || !Keeps(callback, call))
            return;
        var isToken = Registrations.IsOfToken(call.TargetMethod, types);
        if (isToken && !OutlivesReceiver(call, action))
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), Work.Of(callback)?.Name ?? callback.Unconverted().Syntax.ToString(),
            isToken ? $"the source of '{call.Instance!.Syntax}'" : "the pool", isToken ? "dispose" : "unregister"));
    }, OperationKind.Invocation);

    /// <summary>Whether nothing is left of the result: it is dropped, discarded, or in a local or private field that nobody uses.</summary>
    private static bool IsLost(IInvocationOperation call, OperationAnalysisContext action) => call.Parent switch
    {
        IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } => true,
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { IsUsing: false } local } } => !call.Root().DescendantsAndSelf().Any(operation => operation.Names(local)),
        ISimpleAssignmentOperation { Target: IFieldReferenceOperation { Field: { DeclaredAccessibility: Accessibility.Private } field } } => MemberUses.Of(field, action.Compilation, action.CancellationToken)?.All(use => use.IsWritten()) == true,
        _ => false,
    };

    /// <summary>Whether the callback refers to an object or a variable, which is then kept, too.</summary>
    private static bool Keeps(IOperation callback, IInvocationOperation call) => Work.Of(callback) switch
    {
        { Source: IAnonymousFunctionOperation lambda } => lambda.Descendants().Any(operation => operation is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }
            || operation.Variable() is { DeclaringSyntaxReferences: [{ } declaration] } && !lambda.Syntax.Span.Contains(declaration.Span)) || HasState(call),
        { Method.IsStatic: false } => true,
        { } => HasState(call),
        null => callback.Unconverted() is not IConditionalAccessInstanceOperation,
    };

    private static bool HasState(IInvocationOperation call) => call.Arguments.Any(argument => argument is { IsImplicit: false, Parameter: { Type.SpecialType: SpecialType.System_Object } } && argument.Value.Unconverted().ConstantValue is not { HasValue: true, Value: null });

    /// <summary>
    /// Whether the token is one that was handed in, of which the source may live for ever. The token of a service's own run, or of
    /// the program's, ends with what is registered.
    /// </summary>
    private static bool OutlivesReceiver(IInvocationOperation call, OperationAnalysisContext action)
    {
        var isHanded = call.Instance?.Unconverted() switch
        {
            IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol owner } => !owner.IsOverride && !Registrations.IsRun(owner),
            IFieldReferenceOperation { Instance: IInstanceReferenceOperation, Field: { IsStatic: false } field } => field.IsReadOnly && IsFromParameter(field, call),
            _ => false,
        };
        return isHanded && !(action.ContainingSymbol is IMethodSymbol member && (Hosts.IsRunAlone(member) || SymbolEqualityComparer.Default.Equals(member, action.Compilation.GetEntryPoint(action.CancellationToken))));
    }

    private static bool IsFromParameter(IFieldSymbol field, IInvocationOperation call) => call.SemanticModel is { } model && field.ContainingType.InstanceConstructors
        .Select(constructor => Work.BodyOf(constructor, model)).OfType<IOperation>().SelectMany(body => body.OwnOperations()).OfType<ISimpleAssignmentOperation>()
        .Any(assignment => assignment.Target is IFieldReferenceOperation target && SymbolEqualityComparer.Default.Equals(target.Field, field) && assignment.Value.Unconverted() is IParameterReferenceOperation);
}
