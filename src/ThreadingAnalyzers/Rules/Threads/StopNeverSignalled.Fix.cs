using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>Gives the signal where the object is disposed, and waits there for the thread that it keeps; the type gets a Dispose where nothing stops it, or a DisposeAsync where it keeps a task.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StopNeverSignalledFix() : Fix(StopNeverSignalled.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var (model, types) = (finding.Model, KnownTypes.Of(finding.Model.Compilation));
        if (finding.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration || declaration.IsKind(SyntaxKind.StructDeclaration) || declaration.IsKind(SyntaxKind.RecordStructDeclaration)
            || model.GetDeclaredSymbol(declaration, finding.Cancellation) is not { } type || types.Is(type, KnownType.UserInterfaceObject)
            || !finding.Diagnostic.Properties.TryGetValue(StopNeverSignalled.SourceProperty, out var name) || name is null
            || type.GetMembers(name).FirstOrDefault() is not IFieldSymbol { IsStatic: false } field || Signal(field, finding, types) is not { } signal
            || HeldThreads.Joins(finding, declaration, type, types, work => HeldThreads.Runs(work, finding.Node) || Asks(work, field)) is not { } joins)
            yield break;
        var isFlag = field.Type.SpecialType == SpecialType.System_Boolean;
        var isVolatile = !isFlag || field.IsVolatile || IsRead(finding.Node);
        var calls = joins.Prepend(signal).ToArray();
        var frees = !isFlag && joins.Length > 0 ? new[] { Statement(finding, field, "Dispose()") } : [];
        var awaited = joins.Length == 0 && Awaited(finding, type, types) is { } wait ? OwnerEnd.InDisposeAsync([signal, wait], declaration, type, model.Compilation) : null;
        if ((awaited ?? OwnerEnd.InDispose(calls, calls.Concat(frees).ToArray(), declaration, type, model.Compilation, mayAwait: joins.Length == 0)) is not { } end || !isVolatile && VolatileField.Of(field, finding) is null)
            yield break;
        yield return new Remedy(awaited is null ? "Stop it in Dispose" : "Stop it in DisposeAsync", editor =>
        {
            if (!isVolatile)
                VolatileField.Of(field, finding)!(editor);
            end(editor);
        });
    }

    /// <summary>How the task that runs the loop is waited for, if the type keeps it and it ends without an exception; null where it does not.</summary>
    private static StatementSyntax? Awaited(Finding finding, INamedTypeSymbol type, KnownTypes types)
    {
        var tasks = finding.Root.DescendantNodes().OfType<AssignmentExpressionSyntax>().Where(assignment => assignment.Right is InvocationExpressionSyntax && finding.Model.GetSymbolInfo(assignment.Left).Symbol is IFieldSymbol { IsStatic: false } held
            && types[held.Type] == KnownType.Task && SymbolEqualityComparer.Default.Equals(held.ContainingType, type)).ToList();
        return tasks is [{ Left: var left } task] && finding.Model.GetOperation(task.Right) is IInvocationOperation call && Spawn.Of(call, types) is { } spawn && Work.Of(spawn.Value)?.Body is { } work && HeldThreads.Runs(work, finding.Node)
            && !work.Syntax.DescendantNodes().Prepend(finding.Node).Any(node => types[finding.Model.GetTypeInfo(node).Type] == KnownType.CancellationToken)
            ? Line($"if ({left} != null) await {left}.ConfigureAwait(false);") : null;
    }

    /// <summary>The statement that gives the signal; null where the type has it already, or where it is not known.</summary>
    private static StatementSyntax? Signal(IFieldSymbol field, Finding finding, KnownTypes types)
    {
        var isFlag = finding.Diagnostic.Properties.TryGetValue(StopNeverSignalled.KeptProperty, out var kept) && kept is not null && field is { Type.SpecialType: SpecialType.System_Boolean, IsReadOnly: false };
        var text = isFlag ? $"{field.Name} = {(kept == bool.TrueString ? "false" : "true")}"
            : types[field.Type] == KnownType.CancellationTokenSource ? "Cancel()"
            : Endings.IsEvent(field.Type, types) ? "Set()" : null;
        if (text is null)
            return null;
        var statement = !isFlag ? Statement(finding, field, text)
            : Line(IsRead(finding.Node) ? $"global::System.Threading.Volatile.Write(ref {text.Replace(" =", ",")});" : text + ";");
        // Another loop of the type that waits for the same may have been mended just before.
        return finding.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>()!.DescendantNodes().OfType<ExpressionStatementSyntax>()
            .Any(other => SyntaxFactory.AreEquivalent(other, statement)) ? null : statement;
    }

    private static StatementSyntax Statement(Finding finding, IFieldSymbol field, string call) => Line($"{field.Name}{(OwnerEnd.MayBeNull(field, finding) ? "?" : "")}.{call};");

    private static StatementSyntax Line(string text) => SyntaxFactory.ParseStatement(text).WithAdditionalAnnotations(Formatter.Annotation, Simplifier.Annotation);

    /// <summary>Whether the loop reads the flag by a method of Volatile.</summary>
    private static bool IsRead(SyntaxNode place) => place.FirstAncestorOrSelf<ArgumentSyntax>() is { RefKindKeyword.RawKind: not (int)SyntaxKind.None };

    private static bool Asks(IOperation work, IFieldSymbol signal) => work.Syntax.DescendantNodes().OfType<WhileStatementSyntax>().ToList() is { Count: > 0 } loops
        && loops.All(loop => loop.Condition.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == signal.Name));
}
