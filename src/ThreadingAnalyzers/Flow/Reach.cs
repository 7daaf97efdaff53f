using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Flow;

/// <summary>The code that a piece of code may run: its own, and the methods, accessors and local functions of the source that it calls.</summary>
internal static class Reach
{
    /// <summary>Calls deeper than this are not followed, nor are more bodies than <see cref="Most"/>: what is beyond counts as unknown to who asks.</summary>
    private const int Depth = 4;

    private const int Most = 48;

    /// <summary>The body itself and those of its callees; calls that overrides may answer are followed to the method that is named.</summary>
    /// <param name="body">A lambda, method or local function.</param>
    /// <param name="calls">Which calls to follow; null for all, those in nested functions too, which may run elsewhere or never.</param>
    public static IReadOnlyList<IOperation> Bodies(IOperation body, Func<IOperation, bool>? calls = null)
    {
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var bodies = new List<IOperation> { body };
        var level = new List<IOperation> { body };
        for (var depth = 0; depth < Depth && level.Count > 0; depth++)
        {
            var next = new List<IOperation>();
            foreach (var operation in level.SelectMany(code => calls is null ? code.Descendants() : code.OwnOperations().Where(calls)))
                if (bodies.Count < Most && Callee(operation) is { } callee && seen.Add(callee.OriginalDefinition) && operation.SemanticModel is { } model && Work.BodyOf(callee, model) is { } inner
                    && !body.Syntax.FullSpan.Contains(inner.Syntax.FullSpan))
                {
                    bodies.Add(inner);
                    next.Add(inner);
                }
            level = next;
        }
        return bodies;
    }

    /// <summary>All operations of the code and its callees, nested functions included.</summary>
    public static IEnumerable<IOperation> Operations(IOperation body) => Bodies(body).SelectMany(code => code.Descendants());

    /// <summary>The method of the source that the operation calls, or the accessor that a property's use runs; null for others.</summary>
    public static IMethodSymbol? Callee(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: { MethodKind: not MethodKind.DelegateInvoke, DeclaringSyntaxReferences.IsEmpty: false } method } => method,
        IPropertyReferenceOperation { Property: { DeclaringSyntaxReferences.IsEmpty: false } property } reference =>
            reference.Parent is ISimpleAssignmentOperation assignment && assignment.Target == reference ? property.SetMethod : property.GetMethod,
        _ => null,
    };
}
