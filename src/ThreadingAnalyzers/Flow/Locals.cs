using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Flow;

/// <summary>What the code of one member does with a local or a parameter of it, read off the operations without following paths.</summary>
internal static class Locals
{
    /// <summary>Whether the operation may give the variable, field or property that it names a new value.</summary>
    public static bool IsWritten(this IOperation reference) => reference.Parent switch
    {
        // 'r = ref x' hands out x: what r is given then, x is given.
        IAssignmentOperation assignment => assignment.Target == reference || assignment is ISimpleAssignmentOperation { IsRef: true },
        IIncrementOrDecrementOperation or IAddressOfOperation => true,
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } => true,
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol.RefKind: RefKind.Ref } } => true,
        ITupleOperation or IDeclarationExpressionOperation or IConversionOperation or IParenthesizedOperation => reference.Parent.IsWritten(),
        _ => false,
    };

    /// <summary>The local or parameter that an operation names, or null.</summary>
    public static ISymbol? Variable(this IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };

    /// <summary>Whether the operation names this local or parameter.</summary>
    public static bool Names(this IOperation operation, ISymbol variable) => SymbolEqualityComparer.Default.Equals(operation.Variable(), variable);

    /// <summary>The operation of the whole member that this one is part of.</summary>
    public static IOperation Root(this IOperation operation)
    {
        while (operation.Parent is { } parent)
            operation = parent;
        return operation;
    }

    /// <summary>The lambda or local function that the operation is in, or the whole member: the code that runs as one.</summary>
    public static IOperation Function(this IOperation operation)
    {
        var current = operation;
        while (current.Parent is { } parent)
        {
            current = parent;
            if (current is IAnonymousFunctionOperation or ILocalFunctionOperation)
                break;
        }
        return current;
    }

    /// <summary>The method, accessor or local function that the operation is in, nested lambdas passed over; null in an initializer.</summary>
    public static IMethodSymbol? Method(this IOperation operation)
    {
        var symbol = operation.SemanticModel?.GetEnclosingSymbol(operation.Syntax.SpanStart);
        while (symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction })
            symbol = symbol.ContainingSymbol;
        return symbol as IMethodSymbol;
    }

    /// <summary>The creation in whose initializer the operation stands, as the receiver does that the initializer's members are set on; null where it stands in none.</summary>
    public static IObjectCreationOperation? Creation(this IOperation receiver)
    {
        var outer = receiver;
        while (outer is not (null or IObjectCreationOperation))
            outer = outer.Parent;
        return outer as IObjectCreationOperation;
    }

    /// <summary>The statement or declaration that disposes the variable at the end of its scope; null where none does.</summary>
    public static IOperation? Using(this IVariableDeclaratorOperation declarator)
    {
        var outer = declarator.Parent;
        while (outer is IVariableDeclarationOperation or IVariableDeclarationGroupOperation)
            outer = outer.Parent;
        return outer is IUsingDeclarationOperation or IUsingOperation ? outer : null;
    }

    /// <summary>The statement that consists of the call, awaited or chained to others, or is an arrow body of it; null where the call is part of something else.</summary>
    public static IOperation? Statement(this IOperation call) => call.Parent switch
    {
        IExpressionStatementOperation or IReturnOperation => call.Parent,
        IAwaitOperation or IInvocationOperation or IConversionOperation => Statement(call.Parent),
        _ => null,
    };

    /// <summary>The operations of this function, in the order of the text, without those of the functions nested in it.</summary>
    public static IEnumerable<IOperation> OwnOperations(this IOperation function)
    {
        var pending = new Stack<IOperation>(function.ChildOperations.Reverse());
        while (pending.Count > 0)
        {
            var current = pending.Pop();
            yield return current;
            if (current is IAnonymousFunctionOperation or ILocalFunctionOperation or IFlowAnonymousFunctionOperation)
                continue;
            foreach (var child in current.ChildOperations.Reverse())
                pending.Push(child);
        }
    }
}
