using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>
/// The values of all threads asked of a <c>ThreadLocal</c> that does not keep them. Source: the .NET reference, ThreadLocal.Values,
/// InvalidOperationException.
/// </summary>
public sealed class ThreadLocalValues() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR9011", since: "1.0", Category.Tasks, DiagnosticSeverity.Warning,
        title: "A ThreadLocal whose values are collected should track them",
        message: "'{0}' is made at line {1} without 'trackAllValues: true', so 'Values' throws InvalidOperationException: pass it",
        why: "A ThreadLocal keeps the values of all threads only where it was made with trackAllValues. Of any other one, Values throws.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var values = (IPropertyReferenceOperation)action.Operation;
        if (!ThreadStatics.IsAllValues(values.Property, types) || values.Instance?.Unconverted() is not { } local || IsExpected(values)
            || ObjectSources.Of(local, action.Compilation, action.CancellationToken) is not { Count: > 0 } creations
            || creations.Any(creation => ThreadStatics.TracksAll(creation) != false))
            return;
        var place = creations[0].Syntax.GetLocation();
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, values.Syntax is MemberAccessExpressionSyntax access ? access.Name.GetLocation() : values.Syntax.GetLocation(), [place],
            local is IConditionalAccessInstanceOperation ? "It" : local.Syntax.ToString(), place.Line()));
    }, OperationKind.PropertyReference);

    private static bool IsExpected(IOperation values)
    {
        for (var current = values.Parent; current is not null; current = current.Parent)
            if (current is IInvocationOperation call && ThreadStatics.ExpectsFailure(call.TargetMethod) || current is ITryOperation { Catches.Length: > 0 })
                return true;
        return false;
    }
}
