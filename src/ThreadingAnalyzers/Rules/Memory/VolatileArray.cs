using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>
/// A volatile field with an array, of which one member writes elements and another reads them. Source: the C# reference,
/// "volatile"; SpotBugs, VO_VOLATILE_REFERENCE_TO_ARRAY.
/// </summary>
public sealed class VolatileArray() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR7008", since: "1.0", Category.Memory, DiagnosticSeverity.Info,
        title: "A volatile array field should not be taken for an array of volatile elements",
        message: "'{0}' is a volatile reference to an array whose elements are not, and they are written at line {1} and read at line {2}: use Volatile.Write and Volatile.Read on the elements, or put a new array into the field",
        why: "Volatile orders reads and writes of the field, that is, of the reference to the array. The elements are plain memory: who reads one may see an old value, or a new one before what was written ahead of it.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterSymbolAction(action =>
    {
        var field = (IFieldSymbol)action.Symbol;
        if (field is not { IsVolatile: true, Type: IArrayTypeSymbol } || MemberUses.Of(field, action.Compilation, action.CancellationToken) is not { } uses)
            return;
        var held = new HeldMonitors(types, action.Compilation, action.CancellationToken);
        var elements = uses.SelectMany(Elements)
            .Where(element => element.Parent is not IArgumentOperation { Parameter.RefKind: not RefKind.None } && element.Root() is not (IConstructorBodyOperation or ISymbolInitializerOperation) && held.Certain(element).Count == 0).ToList();
        foreach (var written in elements.Where(Locals.IsWritten))
        {
            if (elements.FirstOrDefault(element => !element.IsWritten() && element.Root().Syntax != written.Root().Syntax) is not { } read)
                continue;
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, field.Locations[0], [written.Syntax.GetLocation(), read.Syntax.GetLocation()], field.Name, written.Syntax.Line(), read.Syntax.Line()));
            return;
        }
    }, SymbolKind.Field);

    /// <summary>The elements that are named through a use of the array, or the loop that goes through them; of a local that the array is kept in, all that are named through it.</summary>
    private static IEnumerable<IOperation> Elements(IOperation use) => use.Parent switch
    {
        IArrayElementReferenceOperation element when element.ArrayReference == use => [element],
        IConversionOperation { Parent: IForEachLoopOperation loop } converted when loop.Collection == converted => [loop.Collection],
        IForEachLoopOperation loop when loop.Collection == use => [loop.Collection],
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } => use.Root().Descendants().Where(operation => operation.Names(local) && operation.Parent is not IVariableInitializerOperation).SelectMany(Elements),
        _ => [],
    };
}
