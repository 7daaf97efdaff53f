using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A type that starts a foreground thread, keeps it in a private field and can be stopped, but nowhere joins it: who stops the
/// object goes on while the thread still uses what was stopped. Source: "Using threads and threading", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OwnedThreadNotJoined() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1003", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "Who stops an object should wait for its threads",
        message: "'{0}' ends while the thread that runs '{1}' may still be at work, since no code joins '{2}': what is stopped or disposed is still in use; join it here, or make it a background thread",
        why: "An object that is stopped or disposed is over for its user, who closes files, frees memory or ends the program next. A thread of the object that nobody waits for still runs then, uses what is gone and keeps the process alive.");

    /// <summary>The property of a finding that names the field.</summary>
    internal const string FieldProperty = "field";

    private protected override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterSymbolStartAction(start => Watch(start, types), SymbolKind.NamedType);
    }

    private static void Watch(SymbolStartAnalysisContext context, KnownTypes types)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        var fields = new HashSet<ISymbol>(type.GetMembers().OfType<IFieldSymbol>()
            .Where(field => field is { DeclaredAccessibility: Accessibility.Private, IsImplicitlyDeclared: false } && ThreadMembers.Carries(field.Type, types)), SymbolEqualityComparer.Default);
        if (fields.Count == 0 || type.TypeKind is not (TypeKind.Class or TypeKind.Struct))
            return;
        var stops = type.GetMembers().OfType<IMethodSymbol>().Where(StopMembers.IsStop).OrderBy(StopMembers.Rank).ToList();
        if (stops.Count == 0)
            return;

        var (uses, works) = (new ConcurrentBag<IFieldReferenceOperation>(), new ConcurrentBag<ThreadWork>());
        context.RegisterOperationAction(action =>
        {
            var reference = (IFieldReferenceOperation)action.Operation;
            if (fields.Contains(reference.Field.OriginalDefinition))
                uses.Add(reference);
        }, OperationKind.FieldReference);
        context.RegisterOperationAction(action =>
        {
            if (ThreadWork.Of((IObjectCreationOperation)action.Operation, types) is { } work)
                works.Add(work);
        }, OperationKind.ObjectCreation);
        context.RegisterSymbolEndAction(end =>
        {
            foreach (var field in uses.GroupBy(use => use.Field.OriginalDefinition, SymbolEqualityComparer.Default))
                Judge(end, (IFieldSymbol)field.Key!, field, works, stops, types);
        });
    }

    private static void Judge(SymbolAnalysisContext context, IFieldSymbol field, IEnumerable<IOperation> uses, IEnumerable<ThreadWork> all, List<IMethodSymbol> stops, KnownTypes types)
    {
        // Operations of nested types are not seen here.
        if (field.ContainingType.GetTypeMembers().Any(nested => Mentions(nested, field.Name, context.CancellationToken)))
            return;
        var life = ThreadLife.Of(uses, types);
        if (life.Leaves || life.IsDecided || life.Joins.Count > 0)
            return;
        var works = all.Where(work => IsPutInto(work.Creation, field, life)).OrderBy(work => work.Creation.Syntax.SpanStart).ToList();
        // A thread may be made, described and started in a local, on its way into the field.
        var own = works.Select(work => ThreadLife.Of(work.Creation, types)).Append(life).ToList();
        if (own.Any(thread => thread.IsDecided || thread.Joins.Count > 0) || own.All(thread => thread.Starts.Count == 0))
            return;
        if (works.Count == 0 || works.Any(work => !ThreadLife.IsForeground(work.Creation, types) || work.Code is not { Method.IsAsync: false, Body: { } body } || work.IsWatched(types) || Calls(body, stops)))
            return;
        // An abstract or partial declaration without a body says nothing about what a stop does.
        if (stops.FirstOrDefault(stop => !stop.IsAbstract && stop.IsStatic == field.IsStatic && stop.Locations[0].IsInSource) is not { } member)
            return;
        context.ReportDiagnostic(Diagnostic.Create(Descriptor, member.Locations[0],
            ImmutableDictionary<string, string?>.Empty.Add(FieldProperty, field.Name), member.Name, works[0].Name, field.Name));
    }

    private static bool Mentions(INamedTypeSymbol type, string name, CancellationToken cancellation) => type.DeclaringSyntaxReferences
        .Any(reference => reference.GetSyntax(cancellation).DescendantTokens().Any(token => token.ValueText == name));

    private static bool IsPutInto(IObjectCreationOperation creation, IFieldSymbol field, ThreadLife life)
    {
        for (IOperation? current = creation; current is not (null or IBlockOperation); current = current.Parent)
        {
            switch (current)
            {
                case IFieldInitializerOperation initializer: return initializer.InitializedFields.Contains(field, SymbolEqualityComparer.Default);
                case ISimpleAssignmentOperation assignment when Names(assignment.Target, field): return true;
                case IVariableDeclaratorOperation local: return life.Holders.Contains(local.Symbol) || IsHandedOn(local, field);
                case IInvocationOperation { Instance: { } collection } when Names(collection, field): return true;
            }
        }
        return false;
    }

    /// <summary>Whether the local that gets the thread is what the field gets.</summary>
    private static bool IsHandedOn(IVariableDeclaratorOperation local, IFieldSymbol field) => local.Root().DescendantsAndSelf().Any(operation =>
        operation.Names(local.Symbol) && operation.Parent switch
        {
            ISimpleAssignmentOperation assignment => Names(assignment.Target, field),
            IArgumentOperation { Parent: IInvocationOperation { Instance: { } collection } } => Names(collection, field),
            _ => false,
        });

    private static bool Names(IOperation place, IFieldSymbol field) => place switch
    {
        IFieldReferenceOperation reference => SymbolEqualityComparer.Default.Equals(reference.Field.OriginalDefinition, field.OriginalDefinition),
        IArrayElementReferenceOperation element => Names(element.ArrayReference, field),
        IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } collection } => Names(collection, field),
        _ => false,
    };

    /// <summary>Whether the thread stops its own object: then a join there would wait for itself.</summary>
    private static bool Calls(IOperation body, List<IMethodSymbol> stops) => body.Descendants().OfType<IInvocationOperation>()
        .Any(call => stops.Contains(call.TargetMethod.OriginalDefinition, SymbolEqualityComparer.Default));
}
