using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>What memory some work uses that other code can name too: fields, properties, and variables of the code around it.</summary>
/// <param name="Used">All of it, with one place where the work names it.</param>
/// <param name="Written">What it gives a value, or an element.</param>
internal sealed record WorkMemory(IReadOnlyDictionary<ISymbol, IOperation> Used, ISet<ISymbol> Written)
{
    /// <summary>The memory of a lambda, method or local function and of what it calls.</summary>
    /// <param name="body">The code.</param>
    /// <param name="given">What it is given as its first argument, where that is known.</param>
    public static WorkMemory Of(IOperation body, IOperation? given = null)
    {
        var used = new Dictionary<ISymbol, IOperation>(SymbolEqualityComparer.Default);
        var written = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var changed = new HashSet<IParameterSymbol>(SymbolEqualityComparer.Default);
        var operations = Reach.Operations(body).ToList();
        foreach (var operation in operations)
        {
            if (Shared(operation, body) is not { } memory || operation.Parent is INameOfOperation)
            {
                if (Changes(operation) && Given(operation) is { } parameter)
                    changed.Add(parameter);
                continue;
            }
            if (!used.ContainsKey(memory))
                used.Add(memory, operation);
            if (operation.IsWritten() || Changes(operation))
                written.Add(memory);
        }
        if (given?.Unconverted() is { } argument && changed.Any(parameter => parameter.Ordinal == 0 && IsOf(parameter, body)) && Symbol(argument) is { } own)
            written.Add(own);
        for (var known = 0; known != changed.Count;)
        {
            known = changed.Count;
            foreach (var handed in operations.OfType<IArgumentOperation>().Where(handed => handed.Parameter is { } taker && changed.Contains(taker.OriginalDefinition)).Select(handed => handed.Value.Unconverted()))
                if (Shared(handed, body) is { } memory)
                    written.Add(memory);
                else if (Given(handed) is { } parameter)
                    changed.Add(parameter);
        }
        return new WorkMemory(used, written);
    }

    /// <summary>The parameter of which the object is that the operation names: it stands for that of the caller.</summary>
    private static IParameterSymbol? Given(IOperation operation) => (operation is ILocalReferenceOperation local ? local.OnlyValue()?.Unconverted() : operation) is IParameterReferenceOperation { Parameter: { RefKind: RefKind.None } parameter } && parameter.Type.IsReferenceType
        ? parameter.OriginalDefinition : null;

    private static bool IsOf(IParameterSymbol parameter, IOperation body) => parameter.ContainingSymbol.DeclaringSyntaxReferences.Any(declared => declared.GetSyntax() == body.Syntax) || body is IAnonymousFunctionOperation lambda && lambda.Symbol.Parameters.Contains(parameter, SymbolEqualityComparer.Default);

    /// <summary>The first of the memory that the code behind the operation reads, in the same function; null where it reads none.</summary>
    /// <param name="after">The operation.</param>
    /// <param name="memory">The memory.</param>
    /// <param name="withFallback">Whether it is a read too where a constant stands in for null, as the compiler asks for.</param>
    public static ISymbol? FirstRead(IOperation after, ISet<ISymbol> memory, bool withFallback = false) => after.Function().OwnOperations()
        .Where(operation => operation.Syntax.SpanStart > after.Syntax.Span.End && IsRead(operation) && !IsInOtherArm(operation, after) && (!IsTest(operation) || withFallback && operation.Parent is ICoalesceOperation { WhenNull: var fallback } && fallback.Unconverted().ConstantValue.HasValue))
        .Select(Symbol).FirstOrDefault(symbol => symbol is not null && memory.Contains(symbol));

    /// <summary>Whether the operation is run only where the other one is not: in the <c>else</c> of its <c>if</c>.</summary>
    private static bool IsInOtherArm(IOperation operation, IOperation other)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
            if (current is IConditionalOperation { WhenFalse: { } last } choice && last.Syntax.Span.Contains(operation.Syntax.Span) && choice.WhenTrue.Syntax.Span.Contains(other.Syntax.Span))
                return true;
        return false;
    }

    /// <summary>The field, property or variable that an operation names.</summary>
    public static ISymbol? Symbol(IOperation operation) => operation switch
    {
        IFieldReferenceOperation { Field.IsConst: false } field => field.Field.OriginalDefinition,
        IPropertyReferenceOperation { Property: { IsIndexer: false, DeclaringSyntaxReferences.IsEmpty: false } property } => property.OriginalDefinition,
        _ => operation.Variable(),
    };

    /// <summary>Whether the operation takes a value out of memory, and does not only put one there.</summary>
    public static bool IsRead(IOperation operation) =>
        !(operation.Parent is ISimpleAssignmentOperation assignment && assignment.Target == operation) && operation.Parent is not (INameOfOperation or IArgumentOperation { Parameter.RefKind: RefKind.Out });

    /// <summary>Whether the value is only asked whether it is there, or set: who asks knows that it may not be.</summary>
    public static bool IsTest(IOperation operation) => operation.Parent switch
    {
        IUnaryOperation or IConversionOperation or IParenthesizedOperation => IsTest(operation.Parent),
        // A part that is only asked for is no result.
        IMemberReferenceOperation part and (IFieldReferenceOperation or IPropertyReferenceOperation { Arguments.IsEmpty: true }) => part.Instance == operation && IsTest(part),
        IConditionalOperation conditional => conditional.Condition == operation,
        IArgumentOperation { Parent: IInvocationOperation { Type.SpecialType: SpecialType.System_Boolean } asked } => IsTest(asked),
        IIsPatternOperation or IConditionalAccessOperation or ICoalesceOperation => true,
        IBinaryOperation { LeftOperand: var left, RightOperand: var right } => left.Unconverted().ConstantValue is { HasValue: true, Value: null } || right.Unconverted().ConstantValue is { HasValue: true, Value: null },
        _ => false,
    };

    private static ISymbol? Shared(IOperation operation, IOperation body) => Symbol(operation) switch
    {
        IFieldSymbol or IPropertySymbol => IsReachable(((IMemberReferenceOperation)operation).Instance, body) ? Symbol(operation) : null,
        // What a primary constructor is given, all members of the type share.
        IParameterSymbol { DeclaringSyntaxReferences: [{ } reference] } given when reference.GetSyntax().Parent?.Parent is TypeDeclarationSyntax => given,
        { DeclaringSyntaxReferences: [{ } declaration] } variable when body is IAnonymousFunctionOperation or ILocalFunctionOperation && declaration.SyntaxTree == body.Syntax.SyntaxTree && !body.Syntax.Span.Contains(declaration.Span)
            && body.Root().Syntax.Span.Contains(declaration.Span) => variable,
        _ => null,
    };

    /// <summary>Whether others than the work may have the object: it is not in a variable of the work's own.</summary>
    private static bool IsReachable(IOperation? instance, IOperation body) => instance?.Unconverted() switch
    {
        IMemberReferenceOperation member => IsReachable(member.Instance, body),
        ILocalReferenceOperation or IParameterReferenceOperation => Shared(instance.Unconverted(), body) is not null,
        null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } or IConditionalAccessInstanceOperation => true,
        _ => false,
    };

    /// <summary>Whether the object in the memory is changed: an element is set, or a collection is told to take or lose one.</summary>
    private static bool Changes(IOperation operation) => operation.Parent switch
    {
        IArrayElementReferenceOperation element => element.ArrayReference == operation && element.IsWritten(),
        IPropertyReferenceOperation property => property.Instance == operation && property.IsWritten(),
        IFieldReferenceOperation field => field.Instance == operation && field.IsWritten(),
        IInvocationOperation call => call.Instance == operation && (Containers.Mutates(call.TargetMethod) || ConcurrentCollections.Changes(call.TargetMethod)),
        _ => false,
    };
}
