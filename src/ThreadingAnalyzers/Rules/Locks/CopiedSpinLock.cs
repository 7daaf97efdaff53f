using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// A <c>SpinLock</c> that is used through a copy: the copy is another lock. Declarations that can only hand out copies are
/// told (a readonly field, a parameter by value, a property), and expressions that make one. A readonly <c>SpinWait</c> too:
/// it would forget at each call how long it has spun. Other copies of a <c>SpinWait</c> do no harm worth a warning.
/// Source: documentation of <c>System.Threading.SpinLock</c>, "Remarks".
/// </summary>
public sealed class CopiedSpinLock() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4013", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "A SpinLock should not be copied",
        message: "'{0}' {1}: {2}",
        why: "SpinLock is a struct that changes itself when it is entered. A copy of it is another lock: both can be held at once, and the guarded code runs on two threads. The compiler copies silently wherever a value is passed, returned, stored, or called through something readonly.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        context.RegisterSymbolAction(action => JudgeField(action, types), SymbolKind.Field);
        // Each read of a variable is looked at, which is too much for a type that few programs use.
        if (!Mention.Of(KnownType.SpinLock, context.Compilation, context.CancellationToken))
            return;
        context.RegisterSymbolAction(action => JudgeProperty(action, types), SymbolKind.Property);
        context.RegisterSymbolAction(action => JudgeParameters(((IMethodSymbol)action.Symbol).Parameters, types, action.ReportDiagnostic), SymbolKind.Method);
        context.RegisterOperationAction(action => JudgeParameters(((IAnonymousFunctionOperation)action.Operation).Symbol.Parameters, types, action.ReportDiagnostic), OperationKind.AnonymousFunction);
        context.RegisterOperationAction(action => JudgeParameters(((ILocalFunctionOperation)action.Operation).Symbol.Parameters, types, action.ReportDiagnostic), OperationKind.LocalFunction);
        context.RegisterOperationAction(action => JudgeLoop(action, types), OperationKind.Loop);
        context.RegisterOperationAction(action => JudgeRead(action, types),
            OperationKind.FieldReference, OperationKind.ArrayElementReference, OperationKind.LocalReference, OperationKind.ParameterReference,
            OperationKind.PropertyReference, OperationKind.Invocation);
    }

    private static void JudgeField(SymbolAnalysisContext action, KnownTypes types)
    {
        if (action.Symbol is IFieldSymbol { IsReadOnly: true, IsImplicitlyDeclared: false } field && types[field.Type] is var kind and (KnownType.SpinLock or KnownType.SpinWait))
            Report(action.ReportDiagnostic, field.Locations.FirstOrDefault(), field.Name,
                kind == KnownType.SpinLock ? "is a readonly SpinLock, so each call locks a copy and no thread is excluded" : "is a readonly SpinWait, so each call works on a copy and it never yields",
                field.ContainingType is { IsReadOnly: true } ? "keep it in a class" : "remove 'readonly'");
    }

    private static void JudgeProperty(SymbolAnalysisContext action, KnownTypes types)
    {
        if (action.Symbol is IPropertySymbol { RefKind: RefKind.None, GetMethod: not null } property && types[property.Type] == KnownType.SpinLock
            && !property.IsOverride && property.ExplicitInterfaceImplementations.IsEmpty)
            Report(action.ReportDiagnostic, property.Locations.FirstOrDefault(), property.Name, "returns a copy of the SpinLock, which excludes nobody", "make it a field, or return by ref");
    }

    private static void JudgeParameters(ImmutableArray<IParameterSymbol> parameters, KnownTypes types, Action<Diagnostic> report)
    {
        foreach (var parameter in parameters)
            if (types[parameter.Type] == KnownType.SpinLock && !parameter.IsImplicitlyDeclared && !HoldsForType(parameter))
                switch (parameter.RefKind)
                {
                    case RefKind.None:
                        Report(report, parameter.Locations.FirstOrDefault(), parameter.Name, "is a copy of the caller's SpinLock, which excludes nobody", "pass it by ref");
                        break;
                    case RefKind.In or RefKindRefReadOnly:
                        Report(report, parameter.Locations.FirstOrDefault(), parameter.Name, "is a readonly reference, so each call locks a copy and no thread is excluded", "pass it by ref");
                        break;
                }
    }

    /// <summary><c>RefKind.RefReadOnlyParameter</c> of C# 12.</summary>
    private const RefKind RefKindRefReadOnly = (RefKind)4;

    /// <summary>
    /// A primary constructor's parameter is a field of the type, and a constructor's is stored in one: with a fresh argument,
    /// <c>new Queue(new SpinLock(false))</c>, that is the only one. The call that copies an old lock is what is told.
    /// </summary>
    private static bool HoldsForType(IParameterSymbol parameter) => parameter is { RefKind: RefKind.None, ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.PropertySet } };

    private static void JudgeLoop(OperationAnalysisContext action, KnownTypes types)
    {
        if (action.Operation is IForEachLoopOperation { LoopControlVariable: IVariableDeclaratorOperation { Symbol: { RefKind: not RefKind.Ref } local } } && types[local.Type] == KnownType.SpinLock)
            Report(action.ReportDiagnostic, local.Locations.FirstOrDefault(), local.Name, "is a copy of the collection's SpinLock, which excludes nobody", "iterate over an array by index, or by ref");
    }

    private static void JudgeRead(OperationAnalysisContext action, KnownTypes types)
    {
        var read = action.Operation;
        if (types[read.Type] != KnownType.SpinLock)
            return;
        if (IsCalled(read) && CopyBehind(read) is { } why)
            Report(action.ReportDiagnostic, read.Syntax.GetLocation(), read.Syntax, why, "call the SpinLock in its own field, or through a ref");
        else if (IsPlace(read) && IsStoredOrPassed(read))
            Report(action.ReportDiagnostic, read.Syntax.GetLocation(), read.Syntax, "is copied here, and the copy is another lock", "use a ref to the one SpinLock");
    }

    private static bool IsCalled(IOperation read) => read.Parent is IInvocationOperation call && call.Instance == read;

    /// <summary>Why a call on this expression locks a copy, or null when it locks the SpinLock itself. Fields, parameters and own properties are told where they are declared.</summary>
    private static string? CopyBehind(IOperation read) => read switch
    {
        IPropertyReferenceOperation { Property: { ReturnsByRef: false, DeclaringSyntaxReferences.IsEmpty: true } } => "returns a copy of the SpinLock, which excludes nobody",
        IPropertyReferenceOperation { Property.ReturnsByRefReadonly: true } or IInvocationOperation { TargetMethod.ReturnsByRefReadonly: true }
            or ILocalReferenceOperation { Local.RefKind: RefKind.In } => "is a readonly reference, so the call locks a copy and no thread is excluded",
        IInvocationOperation { TargetMethod: { ReturnsByRef: false, ReturnsByRefReadonly: false } } => "returns a copy of the SpinLock, which excludes nobody",
        IFieldReferenceOperation { Field.IsReadOnly: false, Instance: IInstanceReferenceOperation } field when IsInReadonlyMember(field) => "is readonly in a readonly member, so the call locks a copy and no thread is excluded",
        _ => null,
    };

    private static bool IsInReadonlyMember(IFieldReferenceOperation field) =>
        field.SemanticModel?.GetEnclosingSymbol(field.Syntax.SpanStart) is IMethodSymbol { IsReadOnly: true, ContainingType.IsReadOnly: false };

    /// <summary>Whether the expression is a SpinLock that lives on somewhere: copying a local's, which may just have been made, is no harm.</summary>
    private static bool IsPlace(IOperation read) => read switch
    {
        IFieldReferenceOperation or IArrayElementReferenceOperation => true,
        ILocalReferenceOperation { Local.RefKind: not RefKind.None } or IParameterReferenceOperation { Parameter.RefKind: RefKind.Ref } => true,
        IPropertyReferenceOperation { Property: { DeclaringSyntaxReferences.IsEmpty: true } property } => property.IsIndexer || property.RefKind != RefKind.None,
        IInvocationOperation { TargetMethod.RefKind: not RefKind.None } => true,
        _ => false,
    };

    private static bool IsStoredOrPassed(IOperation read) => read.Parent switch
    {
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol.RefKind: RefKind.None } } => true,
        IFieldInitializerOperation or IArrayInitializerOperation or ITupleOperation => true,
        ISimpleAssignmentOperation { IsRef: false } assignment => assignment.Value == read,
        // What a source method does with its parameter by value is told at the parameter; a constructor's is not.
        IArgumentOperation { Parameter: { RefKind: RefKind.None } parameter } => parameter.DeclaringSyntaxReferences.IsEmpty || HoldsForType(parameter),
        IReturnOperation @return => ReturnsByValue(@return),
        _ => false,
    };

    /// <summary>A property that returns a copy is told at its declaration.</summary>
    private static bool ReturnsByValue(IReturnOperation operation) =>
        operation.SemanticModel?.GetEnclosingSymbol(operation.Syntax.SpanStart) is IMethodSymbol { RefKind: RefKind.None, AssociatedSymbol: null };

    private static void Report(Action<Diagnostic> report, Location? place, object what, string why, string remedy)
    {
        if (place is { IsInSource: true })
            report(Diagnostic.Create(Descriptor, place, what, why, remedy));
    }
}
