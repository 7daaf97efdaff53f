using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>
/// A <c>ThreadLocal</c> of disposable values that its owner lets go without disposing of it. Source: the .NET reference,
/// ThreadLocal, IDisposable; its values belong to threads that may live as long as the process.
/// </summary>
public sealed class ThreadLocalNotDisposed() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR9010", since: "1.0", Category.Tasks, DiagnosticSeverity.Info,
        title: "A ThreadLocal of disposable values should be disposed of",
        message: "'{0}' is never disposed of, so the threads that used it hold on to their '{1}' values: dispose of the values that it tracks, and of it",
        why: "Each thread keeps its value until the ThreadLocal is disposed of or collected. Threads of the pool live as long as the process, and so do the connections and handles that they were given.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        context.RegisterOperationAction(action =>
        {
            var declarator = (IVariableDeclaratorOperation)action.Operation;
            var local = declarator.Symbol;
            if (ValueType(local.Type, types) is { } value && IsCreation(declarator.GetVariableInitializer()?.Value) && !IsUsing(declarator)
                && declarator.Root().DescendantsAndSelf().OfType<ILocalReferenceOperation>().Where(use => use.Names(local)).All(use => IsPlain(use.Parent)))
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, declarator.Syntax.GetFirstToken().GetLocation(), local.Name, value.Name));
        }, OperationKind.VariableDeclarator);
        context.RegisterSymbolAction(action =>
        {
            // An owner that nobody can dispose of lives as long as its values may.
            var field = (IFieldSymbol)action.Symbol;
            if (field is { IsStatic: false, DeclaredAccessibility: Accessibility.Private, IsImplicitlyDeclared: false } && ValueType(field.Type, types) is { } value && Values.IsDisposableType(field.ContainingType)
                && MemberUses.Of(field, action.Compilation, action.CancellationToken) is { } uses
                && uses.Any(use => use is ISymbolInitializerOperation { Value: var initial } && IsCreation(initial) || use.Parent is ISimpleAssignmentOperation assignment && assignment.Target == use && IsCreation(assignment.Value))
                && uses.All(use => use is ISymbolInitializerOperation || use.Parent is ISimpleAssignmentOperation assignment && assignment.Target == use || IsPlain(use.Parent)))
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, field.Locations[0], field.Name, value.Name));
        }, SymbolKind.Field);
    }

    /// <summary>The disposable type of the values; null for another type, or values that need no end.</summary>
    private static ITypeSymbol? ValueType(ITypeSymbol? type, KnownTypes types) =>
        types[type] == KnownType.ThreadLocal && type is INamedTypeSymbol { TypeArguments: [var value] } && Values.LivesOn(value, types) ? value : null;

    private static bool IsCreation(IOperation? value) => value?.Unconverted() is IObjectCreationOperation;

    /// <summary>Whether the use only reads or writes values.</summary>
    private static bool IsPlain(IOperation? use) => use is IPropertyReferenceOperation;

    private static bool IsUsing(IVariableDeclaratorOperation declarator)
    {
        for (var current = declarator.Parent; current is not (null or IBlockOperation); current = current.Parent)
            if (current is IUsingOperation or IUsingDeclarationOperation)
                return true;
        return false;
    }
}
