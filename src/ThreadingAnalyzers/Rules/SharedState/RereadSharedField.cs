using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Concurrency.Verdicts;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// A field is tested and then read again, and another thread may set it to null between the two. Source: CERT, VNA02-J; Albahari, Threading in C#.
/// </summary>
public sealed class RereadSharedField() : ProgramRule(Descriptor, Defect.RereadField)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3014", since: "1.0", Category.SharedState, DiagnosticSeverity.Warning,
        title: "A field that another thread changes should be read once",
        message: "'{0}' is tested and then read again {8}, and in between {9}: {5}",
        why: "A test tells what the field was. Where another thread may set it to null after the test, the second read finds null and the code fails, rarely and under load.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        base.Watch(context, types);
        context.RegisterOperationAction(action =>
        {
            if (BesideCopy.Of((IFieldReferenceOperation)action.Operation, types, action.Compilation, action.CancellationToken) is not { Read: var read, Copy: var copy, Write: var write })
                return;
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, read.Syntax.GetLocation(), [write.Syntax.GetLocation()],
                read.Field.Name, "", "", "", "", "copy it to a local and test that", "", "", $"here beside its copy '{copy.Name}'", $"another thread may set it to null as line {write.Syntax.Line()} does"));
        }, OperationKind.FieldReference);
    }
}
