using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>
/// Whether code that is run again and again reads plain memory again each time. The runtime's compiler may read it once, ahead of a
/// loop, unless something in the loop is a barrier or hides what it does: a call, a lock, an await, a volatile access. Source:
/// dotnet/runtime, Memory-model.md, "the compiler may introduce, remove and coalesce reads".
/// </summary>
internal static class Rereading
{
    /// <summary>Whether something in the code makes it read memory again, or may.</summary>
    public static bool IsCertain(IOperation code) => IsCertain(code, followed: false);

    private static bool IsCertain(IOperation code, bool followed)
    {
        foreach (var operation in code.Descendants())
        {
            switch (operation)
            {
                case IInvocationOperation { TargetMethod: var method }:
                    if (!IsComputation(method) && (followed || !IsPlain(method, operation)))
                        return true;
                    break;
                case IFieldReferenceOperation { Field: var field }:
                    if (field.IsVolatile)
                        return true;
                    break;
                case IPropertyReferenceOperation { Property: var property }:
                    if (!IsAuto(property) && !Values.IsSize(property))
                        return true;
                    break;
                case ILockOperation or IAwaitOperation or IUsingOperation or IUsingDeclarationOperation or IObjectCreationOperation or IArrayCreationOperation or IDynamicInvocationOperation or IEventAssignmentOperation
                    or IInterpolatedStringOperation or IDelegateCreationOperation or IAnonymousFunctionOperation or IInvalidOperation or IFunctionPointerInvocationOperation or IThrowOperation:
                case IForEachLoopOperation { Collection.Type: not IArrayTypeSymbol }:
                case IReturnOperation { Kind: OperationKind.YieldReturn }:
                case IBinaryOperation { OperatorMethod: not null } or IUnaryOperation { OperatorMethod: not null } or IConversionOperation { OperatorMethod: not null } or IIncrementOrDecrementOperation { OperatorMethod: not null }:
                case IBinaryOperation { Type.SpecialType: SpecialType.System_String }:
                    return true;
            }
        }
        return false;
    }

    private static bool IsComputation(IMethodSymbol method) => method.ContainingType is { Name: "Math" or "MathF", ContainingNamespace.Name: "System" };

    /// <summary>Whether the method is a small one of the same file, which is compiled into its caller, or computes with its own variables alone.</summary>
    private static bool IsPlain(IMethodSymbol method, IOperation call) =>
        !method.IsVirtual && !method.IsAbstract && !method.IsOverride && !method.IsAsync && method.MethodKind is MethodKind.Ordinary or MethodKind.LocalFunction
        && method.OriginalDefinition.DeclaringSyntaxReferences is [var reference] && call.SemanticModel is { } model && reference.SyntaxTree == model.SyntaxTree
        && model.GetOperation(reference.GetSyntax()) is { } body && !body.Descendants().Any(operation => operation is ITryOperation || operation is ILoopOperation && !ComputesOnly(body)) && !IsCertain(body, followed: true);

    /// <summary>Whether the code uses nothing but its own variables, so that nothing in it can be what another thread waits to be read.</summary>
    private static bool ComputesOnly(IOperation body) => !body.Descendants().Any(operation => operation is IMemberReferenceOperation or IInstanceReferenceOperation);

    private static bool IsAuto(IPropertySymbol property) => !property.IsVirtual && !property.IsAbstract && !property.IsOverride
        && property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property));
}
