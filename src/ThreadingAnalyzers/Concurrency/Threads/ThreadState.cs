using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>The object that work is given by who starts it: <c>thread.Start(queue)</c>, <c>StartNew(Pump, queue)</c>, <c>QueueUserWorkItem(Pump, queue)</c>.</summary>
internal static class ThreadState
{
    /// <summary>The objects that the starts of a thread, or the call that starts a task or work item, hand over.</summary>
    /// <param name="site">The creation of the thread, or the call.</param>
    public static IEnumerable<IOperation> Given(IOperation site)
    {
        if (site is IInvocationOperation call)
            return call.Arguments.Where(argument => IsState(argument.Parameter)).Select(argument => argument.Value);
        if (site is not IObjectCreationOperation creation)
            return [];
        var types = KnownTypes.Of(site.SemanticModel!.Compilation);
        return site.Root().Descendants().OfType<IInvocationOperation>()
            .Where(start => ThreadMembers.Starts(start.TargetMethod, types) && start.Instance is { } thread && (thread.Unconverted() == creation || ThreadPlace.Of(thread) is { } started && Place(creation) is { } made && started.IsCoveredBy(made)))
            .SelectMany(start => start.Arguments).Select(argument => argument.Value);
    }

    /// <summary>The places where the work names what it is given.</summary>
    public static IEnumerable<IOperation> UsesIn(IOperation work)
    {
        var parameters = work.Descendants().OfType<IParameterReferenceOperation>();
        return work is IAnonymousFunctionOperation { Symbol.Parameters: [var only] } ? parameters.Where(use => use.Names(only))
            : parameters.Where(use => use.Parameter is { Ordinal: 0, ContainingSymbol: IMethodSymbol { Parameters.Length: 1 } } parameter && work.Syntax.Span.Contains(parameter.DeclaringSyntaxReferences.FirstOrDefault()?.Span ?? default));
    }

    private static bool IsState(IParameterSymbol? parameter) => parameter is { Type: { TypeKind: not TypeKind.Delegate, SpecialType: SpecialType.System_Object } } or { OriginalDefinition.Type.TypeKind: TypeKind.TypeParameter };

    private static ThreadPlace? Place(IOperation creation)
    {
        var value = creation;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } => new ThreadPlace(local, null, null),
            ISimpleAssignmentOperation assignment => ThreadPlace.Of(assignment.Target),
            _ => null,
        };
    }
}
