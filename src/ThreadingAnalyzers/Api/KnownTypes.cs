using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>
/// What each type symbol of one compilation means to us. A symbol is compared by name once and remembered, so a rule asks
/// as often as it likes. The question goes from the symbol to its meaning, never from a name to a symbol: a type that is
/// missing, defined twice or back-ported by a library (a <c>System.Threading.Lock</c> for .NET Framework) needs no care.
/// </summary>
internal sealed class KnownTypes
{
    private static readonly ConditionalWeakTable<Compilation, KnownTypes> Compilations = new();

    private readonly ConcurrentDictionary<INamedTypeSymbol, KnownType> known = new(SymbolEqualityComparer.Default);

    private KnownTypes() { }

    /// <summary>The one instance of a compilation, shared by all rules; it lives as long as the compilation.</summary>
    public static KnownTypes Of(Compilation compilation) => Compilations.GetValue(compilation, static _ => new KnownTypes());

    /// <summary>The meaning of exactly this type (of its definition, where it is generic), not of its bases.</summary>
    public KnownType this[ITypeSymbol? type] => type is INamedTypeSymbol named
        ? known.GetOrAdd(named.OriginalDefinition, static definition => Names.Table.TryGetValue(FullName(definition), out var meaning) ? meaning : KnownType.None)
        : KnownType.None;

    /// <summary>Whether the type is the known one, derives from it, or is a type parameter constrained to it.</summary>
    public bool Is(ITypeSymbol? type, KnownType wanted) => type switch
    {
        ITypeParameterSymbol parameter => parameter.ConstraintTypes.Any(constraint => Is(constraint, wanted)),
        INamedTypeSymbol named => SelfAndBases(named).Any(candidate => this[candidate] == wanted),
        _ => false,
    };

    private static IEnumerable<INamedTypeSymbol> SelfAndBases(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
            yield return current;
    }

    /// <summary>Namespace and metadata name, nested types joined with '+': the form of <see cref="Type.FullName"/>.</summary>
    private static string FullName(INamedTypeSymbol type) => type.ContainingType is { } outer
        ? $"{FullName(outer)}+{type.MetadataName}"
        : type.ContainingNamespace is { IsGlobalNamespace: false } scope
            ? $"{scope.ToDisplayString()}.{type.MetadataName}"
            : type.MetadataName;

    /// <summary>The table, made when the first type is asked for and not when the rules are loaded.</summary>
    private static class Names
    {
        public static readonly IReadOnlyDictionary<string, KnownType> Table = new Dictionary<string, KnownType>(StringComparer.Ordinal)
        {
            ["System.Threading.Thread"] = KnownType.Thread,
            ["System.Threading.ThreadStart"] = KnownType.ThreadStart,
            ["System.Threading.ParameterizedThreadStart"] = KnownType.ParameterizedThreadStart,
            ["System.Threading.ThreadPool"] = KnownType.ThreadPool,
            ["System.Threading.WaitCallback"] = KnownType.WaitCallback,
            ["System.ComponentModel.BackgroundWorker"] = KnownType.BackgroundWorker,
            ["System.ComponentModel.DoWorkEventHandler"] = KnownType.DoWorkEventHandler,
            ["System.Threading.Tasks.Task"] = KnownType.Task,
            ["System.Threading.Tasks.Task`1"] = KnownType.TaskOfT,
            ["System.Threading.Tasks.ValueTask"] = KnownType.ValueTask,
            ["System.Threading.Tasks.ValueTask`1"] = KnownType.ValueTaskOfT,
            ["System.Threading.Tasks.TaskFactory"] = KnownType.TaskFactory,
            ["System.Threading.Tasks.TaskFactory`1"] = KnownType.TaskFactory,
            ["System.Threading.Tasks.Parallel"] = KnownType.Parallel,
            ["System.Linq.ParallelEnumerable"] = KnownType.ParallelEnumerable,
            ["System.Linq.ParallelQuery"] = KnownType.ParallelQuery,
            ["System.Linq.ParallelQuery`1"] = KnownType.ParallelQuery,
            ["System.Threading.Timer"] = KnownType.Timer,
            ["System.Threading.TimerCallback"] = KnownType.TimerCallback,
            ["System.Timers.Timer"] = KnownType.TimersTimer,
            ["System.Threading.Tasks.TaskCompletionSource"] = KnownType.TaskCompletionSource,
            ["System.Threading.Tasks.TaskCompletionSource`1"] = KnownType.TaskCompletionSource,
            ["System.Collections.Concurrent.BlockingCollection`1"] = KnownType.BlockingCollection,
            ["System.Threading.Channels.ChannelWriter`1"] = KnownType.ChannelWriter,
            ["System.EventArgs"] = KnownType.EventArgs,
            ["System.Threading.SynchronizationContext"] = KnownType.SynchronizationContext,
            ["System.Threading.Monitor"] = KnownType.Monitor,
            ["System.Threading.Lock"] = KnownType.Lock,
            ["System.Threading.Lock+Scope"] = KnownType.LockScope,
            ["System.Threading.SpinLock"] = KnownType.SpinLock,
            ["System.Threading.SpinWait"] = KnownType.SpinWait,
            ["System.Threading.Semaphore"] = KnownType.Semaphore,
            ["System.Threading.SemaphoreSlim"] = KnownType.SemaphoreSlim,
            ["System.Threading.Mutex"] = KnownType.Mutex,
            ["System.Threading.ReaderWriterLock"] = KnownType.ReaderWriterLock,
            ["System.Threading.ReaderWriterLockSlim"] = KnownType.ReaderWriterLockSlim,
            ["System.Threading.WaitHandle"] = KnownType.WaitHandle,
            ["System.Threading.EventWaitHandle"] = KnownType.EventWaitHandle,
            ["System.Threading.AutoResetEvent"] = KnownType.AutoResetEvent,
            ["System.Threading.ManualResetEvent"] = KnownType.ManualResetEvent,
            ["System.Threading.ManualResetEventSlim"] = KnownType.ManualResetEventSlim,
            ["System.Threading.CountdownEvent"] = KnownType.CountdownEvent,
            ["System.Threading.Barrier"] = KnownType.Barrier,
            ["System.Collections.Generic.List`1"] = KnownType.List,
            ["System.Linq.Enumerable"] = KnownType.Enumerable,
            ["System.Reflection.MemberInfo"] = KnownType.MemberInfo,
            ["System.Reflection.ParameterInfo"] = KnownType.ParameterInfo,
            ["System.Runtime.Serialization.DataContractAttribute"] = KnownType.DataContractAttribute,
        };
    }
}
