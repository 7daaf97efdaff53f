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
        public static readonly Dictionary<string, KnownType> Table = new(StringComparer.Ordinal)
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
            ["System.Threading.Interlocked"] = KnownType.Interlocked,
            ["System.Threading.Volatile"] = KnownType.Volatile,
            ["System.Collections.Immutable.ImmutableInterlocked"] = KnownType.ImmutableInterlocked,
            ["System.Threading.LazyInitializer"] = KnownType.LazyInitializer,
            ["System.Lazy`1"] = KnownType.Lazy,
            ["System.Threading.CancellationTokenSource"] = KnownType.CancellationTokenSource,
            ["System.Threading.CancellationToken"] = KnownType.CancellationToken,
            ["System.Threading.Tasks.TaskCompletionSource"] = KnownType.TaskCompletionSource,
            ["System.Threading.Tasks.TaskCompletionSource`1"] = KnownType.TaskCompletionSource,
            ["System.Threading.PeriodicTimer"] = KnownType.PeriodicTimer,
            ["System.Text.StringBuilder"] = KnownType.StringBuilder,
            ["System.Random"] = KnownType.Random,
            ["System.Security.Cryptography.HashAlgorithm"] = KnownType.UnsafeService,
            ["System.Xml.XmlDocument"] = KnownType.UnsafeService,
            ["System.Data.DataTable"] = KnownType.UnsafeService,
            ["System.Data.DataSet"] = KnownType.UnsafeService,
            ["Microsoft.EntityFrameworkCore.DbContext"] = KnownType.UnsafeService,
            ["System.Data.Entity.DbContext"] = KnownType.UnsafeService,
            ["System.Threading.ThreadLocal`1"] = KnownType.ThreadLocal,
            ["System.Threading.AsyncLocal`1"] = KnownType.AsyncLocal,
            ["System.ThreadStaticAttribute"] = KnownType.ThreadStaticAttribute,
            ["System.Linq.Enumerable"] = KnownType.Enumerable,
            ["System.Array"] = KnownType.Array,
            ["System.Windows.Forms.Control"] = KnownType.UserInterfaceObject,
            ["System.Windows.DependencyObject"] = KnownType.UserInterfaceObject,
            ["System.Windows.Threading.DispatcherObject"] = KnownType.UserInterfaceObject,
            ["Avalonia.AvaloniaObject"] = KnownType.UserInterfaceObject,
            ["Microsoft.Maui.Controls.BindableObject"] = KnownType.UserInterfaceObject,
            ["Microsoft.UI.Xaml.DependencyObject"] = KnownType.UserInterfaceObject,
            ["Microsoft.AspNetCore.Components.ComponentBase"] = KnownType.UserInterfaceObject,
            ["UnityEngine.MonoBehaviour"] = KnownType.UserInterfaceObject,
            ["System.Windows.Threading.Dispatcher"] = KnownType.Dispatcher,
            ["Avalonia.Threading.Dispatcher"] = KnownType.Dispatcher,
            ["Microsoft.UI.Dispatching.DispatcherQueue"] = KnownType.Dispatcher,
            ["System.Threading.SynchronizationContext"] = KnownType.SynchronizationContext,
            ["System.Progress`1"] = KnownType.Progress,
            ["System.Collections.Generic.Dictionary`2"] = KnownType.Collection,
            ["System.Collections.Generic.HashSet`1"] = KnownType.Collection,
            ["System.Collections.Generic.SortedDictionary`2"] = KnownType.Collection,
            ["System.Collections.Generic.SortedList`2"] = KnownType.Collection,
            ["System.Collections.Generic.SortedSet`1"] = KnownType.Collection,
            ["System.Collections.Generic.Queue`1"] = KnownType.Collection,
            ["System.Collections.Generic.Stack`1"] = KnownType.Collection,
            ["System.Collections.Generic.LinkedList`1"] = KnownType.Collection,
            ["System.Collections.Generic.PriorityQueue`2"] = KnownType.Collection,
            ["System.Collections.Generic.OrderedDictionary`2"] = KnownType.Collection,
            ["System.Collections.ArrayList"] = KnownType.Collection,
            ["System.Collections.Queue"] = KnownType.Collection,
            ["System.Collections.Stack"] = KnownType.Collection,
            ["System.Collections.SortedList"] = KnownType.Collection,
            ["System.Collections.BitArray"] = KnownType.Collection,
            ["System.Collections.ObjectModel.Collection`1"] = KnownType.Collection,
            ["System.Collections.ObjectModel.ObservableCollection`1"] = KnownType.Collection,
            ["System.Collections.Concurrent.ConcurrentDictionary`2"] = KnownType.SafeCollection,
            ["System.Collections.Concurrent.ConcurrentQueue`1"] = KnownType.SafeCollection,
            ["System.Collections.Concurrent.ConcurrentStack`1"] = KnownType.SafeCollection,
            ["System.Collections.Concurrent.ConcurrentBag`1"] = KnownType.SafeCollection,
            ["System.Collections.Concurrent.BlockingCollection`1"] = KnownType.SafeCollection,
            ["System.Collections.Immutable.ImmutableList`1"] = KnownType.SafeCollection,
            ["System.Collections.Immutable.ImmutableArray`1"] = KnownType.SafeCollection,
            ["System.Collections.Immutable.ImmutableDictionary`2"] = KnownType.SafeCollection,
            ["System.Collections.Immutable.ImmutableHashSet`1"] = KnownType.SafeCollection,
            ["System.Collections.Immutable.ImmutableQueue`1"] = KnownType.SafeCollection,
            ["System.Collections.Immutable.ImmutableStack`1"] = KnownType.SafeCollection,
            ["System.Collections.Immutable.ImmutableSortedDictionary`2"] = KnownType.SafeCollection,
            ["System.Collections.Immutable.ImmutableSortedSet`1"] = KnownType.SafeCollection,
            ["System.Collections.Frozen.FrozenDictionary`2"] = KnownType.SafeCollection,
            ["System.Collections.Frozen.FrozenSet`1"] = KnownType.SafeCollection,
            ["System.Threading.Channels.Channel`1"] = KnownType.SafeCollection,
            ["System.Threading.Channels.Channel`2"] = KnownType.SafeCollection,
            ["System.Threading.Channels.ChannelReader`1"] = KnownType.SafeCollection,
            ["System.Threading.Channels.ChannelWriter`1"] = KnownType.SafeCollection,
            ["System.Reflection.MemberInfo"] = KnownType.MemberInfo,
            ["System.Reflection.ParameterInfo"] = KnownType.ParameterInfo,
        };
    }
}
