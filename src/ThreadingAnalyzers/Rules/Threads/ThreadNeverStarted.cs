using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A thread that is made, that nobody else can get, and that no code starts: its work is never done.
/// Source: "Creating threads and passing data at start time", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class ThreadNeverStarted() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1022", since: "1.0", Category.Threads, DiagnosticSeverity.Info,
        title: "A thread that is made should be started",
        message: "The thread that is to run '{0}' is made here, and no code starts it, so '{0}' is never run: start it, or remove it",
        why: "A thread does nothing until it is started. Work that is given to a thread which nobody starts is silently not done.");

    /// <summary>The property of a finding that names the local which holds the thread alone.</summary>
    internal const string HolderProperty = "holder";

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(action => Judge(action, types), OperationKind.ObjectCreation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        var creation = (IObjectCreationOperation)action.Operation;
        if (ThreadWork.Of(creation, types) is not { } work)
            return;
        var field = FieldOf(creation);
        var life = field is null ? ThreadLife.Of(creation, types)
            : MemberUses.Of(field, action.Compilation, action.CancellationToken) is { Count: > 0 } uses ? ThreadLife.Of(field, uses, types) : null;
        if (life is not { Leaves: false, IsReturned: false, Starts.Count: 0 } || life.Owners.Any(owner => !SymbolEqualityComparer.Default.Equals(owner, field?.OriginalDefinition)) || field is null && IsAskedFor(creation, life, types))
            return;
        var properties = life.Holders is [ILocalSymbol { Type: var type } local] && types[type] == KnownType.Thread
            ? ImmutableDictionary<string, string?>.Empty.Add(HolderProperty, local.Name)
            : ImmutableDictionary<string, string?>.Empty;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, work.Place, properties, work.Name));
    }

    /// <summary>The private field that the thread is put into where it is made, or null.</summary>
    private static IFieldSymbol? FieldOf(IObjectCreationOperation creation)
    {
        IOperation value = creation;
        while (value.Parent is IConversionOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IFieldInitializerOperation { InitializedFields: [var field] } => field,
            ISimpleAssignmentOperation { Target: IFieldReferenceOperation { Field: var field }, Parent: IExpressionStatementOperation } => field,
            _ => null,
        } is { DeclaredAccessibility: Accessibility.Private } own ? own : null;
    }

    /// <summary>Whether code reads what the thread is like, and does not only name it to people: then it may be there to be looked at, as in tests.</summary>
    private static bool IsAskedFor(IObjectCreationOperation creation, ThreadLife life, KnownTypes types) => creation.Root().DescendantsAndSelf().OfType<IPropertyReferenceOperation>()
        .Any(property => types[property.Property.ContainingType] == KnownType.Thread && !property.IsWritten() && !(ThreadMembers.IsName(property.Property, types) && Endings.IsTold(property)) && property.Instance is { } instance && life.Holders.Any(instance.Unconverted().Names));
}
