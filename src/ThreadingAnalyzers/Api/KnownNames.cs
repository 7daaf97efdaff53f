using System.Collections.Immutable;

namespace ThreadingAnalyzers.Api;

/// <summary>The names behind <see cref="KnownType"/>, by namespace; made when the first type is asked for, not when the rules are loaded.</summary>
internal static class KnownNames
{
    private static readonly IReadOnlyDictionary<string, KnownType> Table = Read(
        ("Avalonia", KnownType.UserInterfaceObject, "AvaloniaObject"),
        ("Avalonia.Threading", KnownType.Dispatcher, "Dispatcher"),
        ("Microsoft.AspNetCore.Components", KnownType.UserInterfaceObject, "ComponentBase"),
        ("Grpc.Core", KnownType.ServerCallContext, "ServerCallContext"),
        ("Microsoft.AspNetCore.Builder", KnownType.Endpoints, "EndpointRouteBuilderExtensions UseExtensions RunExtensions"),
        ("Microsoft.AspNetCore.Http", KnownType.HttpContext, "HttpContext"),
        ("Microsoft.AspNetCore.Http", KnownType.RequestDelegate, "RequestDelegate"),
        ("Microsoft.AspNetCore.Http", KnownType.RequestHost, "IMiddleware"),
        ("Microsoft.AspNetCore.Mvc", KnownType.RequestHost, "ControllerBase"),
        ("Microsoft.AspNetCore.Mvc.Filters", KnownType.SharedHost, "ActionFilterAttribute ExceptionFilterAttribute ResultFilterAttribute"),
        ("Microsoft.AspNetCore.Mvc.RazorPages", KnownType.RequestHost, "PageModel"),
        ("Microsoft.AspNetCore.SignalR", KnownType.RequestHost, "Hub"),
        ("Microsoft.Azure.Functions.Worker", KnownType.RequestMark, "FunctionAttribute"),
        ("Microsoft.Azure.WebJobs", KnownType.RequestMark, "FunctionNameAttribute"),
        ("Microsoft.Build.Framework", KnownType.RequestHost, "IMultiThreadableTask"),
        ("Microsoft.Build.Framework", KnownType.RequestMark, "MSBuildMultiThreadableTaskAttribute"),
        ("Microsoft.EntityFrameworkCore", KnownType.UnsafeService, "DbContext"),
        ("Microsoft.Extensions.Hosting", KnownType.BackgroundService, "BackgroundService"),
        ("Microsoft.Maui.Controls", KnownType.UserInterfaceObject, "BindableObject"),
        ("NHibernate", KnownType.Connection, "ISession"),
        ("Raven.Client.Documents.Session", KnownType.Connection, "IAsyncDocumentSession"),
        ("Microsoft.UI.Dispatching", KnownType.Dispatcher, "DispatcherQueue"),
        ("Microsoft.UI.Xaml", KnownType.UserInterfaceObject, "DependencyObject"),
        ("System", KnownType.EventArgs, "EventArgs"),
        ("System", KnownType.Lazy, "Lazy`1"),
        ("System", KnownType.Random, "Random"),
        ("System", KnownType.TimeProvider, "TimeProvider"),
        ("System", KnownType.ThreadStaticAttribute, "ThreadStaticAttribute"),
        ("System", KnownType.Array, "Array"),
        ("System", KnownType.Progress, "Progress`1"),
        ("System.Collections", KnownType.Collection, "ArrayList Queue Stack SortedList BitArray"),
        ("System.Collections.Concurrent", KnownType.BlockingCollection, "BlockingCollection`1"),
        ("System.Collections.Concurrent", KnownType.SafeCollection, "ConcurrentDictionary`2 ConcurrentQueue`1 ConcurrentStack`1 ConcurrentBag`1"),
        ("System.Collections.Frozen", KnownType.SafeCollection, "FrozenDictionary`2 FrozenSet`1"),
        ("System.Collections.Generic", KnownType.List, "List`1"),
        ("System.Collections.Generic", KnownType.Collection, "Dictionary`2 HashSet`1 SortedDictionary`2 SortedList`2 SortedSet`1 Queue`1 Stack`1 LinkedList`1 PriorityQueue`2 OrderedDictionary`2"),
        ("System.Collections.Immutable", KnownType.ImmutableInterlocked, "ImmutableInterlocked"),
        ("System.Collections.Immutable", KnownType.SafeCollection, "ImmutableList`1 ImmutableArray`1 ImmutableDictionary`2 ImmutableHashSet`1 ImmutableQueue`1 ImmutableStack`1 ImmutableSortedDictionary`2 ImmutableSortedSet`1"),
        ("System.Collections.ObjectModel", KnownType.Collection, "Collection`1 ObservableCollection`1"),
        ("System.Collections.Specialized", KnownType.Collection, "OrderedDictionary ListDictionary HybridDictionary StringCollection"),
        ("System.ComponentModel", KnownType.BackgroundWorker, "BackgroundWorker"),
        ("System.ComponentModel", KnownType.DoWorkEventHandler, "DoWorkEventHandler"),
        ("System.Data", KnownType.Connection, "IDbConnection IDbCommand IDataReader"),
        ("System.Data", KnownType.UnsafeService, "DataTable DataSet"),
        ("System.Data.Common", KnownType.Connection, "DbConnection DbCommand DbDataReader DbTransaction DbBatch"),
        ("System.Data.Entity", KnownType.UnsafeService, "DbContext"),
        ("System.Diagnostics", KnownType.Process, "Process"),
        ("System.IO", KnownType.Watcher, "FileSystemWatcher"),
        ("System.IO", KnownType.Duplex, "Stream TextReader TextWriter"),
        ("System.IO.Pipelines", KnownType.Duplex, "PipeReader PipeWriter"),
        ("System.IO.Ports", KnownType.Watcher, "SerialPort"),
        ("System.Linq", KnownType.ParallelEnumerable, "ParallelEnumerable"),
        ("System.Linq", KnownType.ParallelQuery, "ParallelQuery ParallelQuery`1"),
        ("System.Linq", KnownType.Enumerable, "Enumerable"),
        ("System.Net.NetworkInformation", KnownType.Watcher, "NetworkChange"),
        ("System.Net.WebSockets", KnownType.Duplex, "WebSocket"),
        ("System.Reflection", KnownType.MemberInfo, "MemberInfo"),
        ("System.Reflection", KnownType.ParameterInfo, "ParameterInfo"),
        ("System.Runtime.Serialization", KnownType.DataContractAttribute, "DataContractAttribute"),
        ("System.Security.Cryptography", KnownType.UnsafeService, "HashAlgorithm"),
        ("System.Text", KnownType.StringBuilder, "StringBuilder"),
        ("System.Threading", KnownType.Thread, "Thread"),
        ("System.Threading", KnownType.ThreadStart, "ThreadStart"),
        ("System.Threading", KnownType.ParameterizedThreadStart, "ParameterizedThreadStart"),
        ("System.Threading", KnownType.ThreadPool, "ThreadPool"),
        ("System.Threading", KnownType.WaitCallback, "WaitCallback"),
        ("System.Threading", KnownType.Timer, "Timer"),
        ("System.Threading", KnownType.TimerCallback, "TimerCallback"),
        ("System.Threading", KnownType.SynchronizationContext, "SynchronizationContext"),
        ("System.Threading", KnownType.Monitor, "Monitor"),
        ("System.Threading", KnownType.Lock, "Lock"),
        ("System.Threading", KnownType.LockScope, "Lock+Scope"),
        ("System.Threading", KnownType.SpinLock, "SpinLock"),
        ("System.Threading", KnownType.SpinWait, "SpinWait"),
        ("System.Threading", KnownType.Semaphore, "Semaphore"),
        ("System.Threading", KnownType.SemaphoreSlim, "SemaphoreSlim"),
        ("System.Threading", KnownType.Mutex, "Mutex"),
        ("System.Threading", KnownType.ReaderWriterLock, "ReaderWriterLock"),
        ("System.Threading", KnownType.ReaderWriterLockSlim, "ReaderWriterLockSlim"),
        ("System.Threading", KnownType.WaitHandle, "WaitHandle"),
        ("System.Threading", KnownType.EventWaitHandle, "EventWaitHandle"),
        ("System.Threading", KnownType.AutoResetEvent, "AutoResetEvent"),
        ("System.Threading", KnownType.ManualResetEvent, "ManualResetEvent"),
        ("System.Threading", KnownType.ManualResetEventSlim, "ManualResetEventSlim"),
        ("System.Threading", KnownType.CountdownEvent, "CountdownEvent"),
        ("System.Threading", KnownType.Barrier, "Barrier"),
        ("System.Threading", KnownType.Interlocked, "Interlocked"),
        ("System.Threading", KnownType.Volatile, "Volatile"),
        ("System.Threading", KnownType.LazyInitializer, "LazyInitializer"),
        ("System.Threading", KnownType.CancellationTokenSource, "CancellationTokenSource"),
        ("System.Threading", KnownType.CancellationToken, "CancellationToken"),
        ("System.Threading", KnownType.CancellationTokenRegistration, "CancellationTokenRegistration"),
        ("System.Threading", KnownType.ITimer, "ITimer"),
        ("System.Threading", KnownType.PeriodicTimer, "PeriodicTimer"),
        ("System.Threading", KnownType.ThreadLocal, "ThreadLocal`1"),
        ("System.Threading", KnownType.AsyncLocal, "AsyncLocal`1"),
        ("System.Threading.Channels", KnownType.ChannelWriter, "ChannelWriter`1"),
        ("System.Threading.Channels", KnownType.SafeCollection, "Channel`1 Channel`2 ChannelReader`1"),
        ("System.Threading.Tasks", KnownType.Task, "Task"),
        ("System.Threading.Tasks", KnownType.TaskOfT, "Task`1"),
        ("System.Threading.Tasks", KnownType.ValueTask, "ValueTask"),
        ("System.Threading.Tasks", KnownType.ValueTaskOfT, "ValueTask`1"),
        ("System.Threading.Tasks", KnownType.TaskFactory, "TaskFactory TaskFactory`1"),
        ("System.Threading.Tasks", KnownType.TaskScheduler, "TaskScheduler"),
        ("System.Threading.Tasks", KnownType.Parallel, "Parallel"),
        ("System.Threading.Tasks", KnownType.TaskCompletionSource, "TaskCompletionSource TaskCompletionSource`1"),
        ("System.Timers", KnownType.TimersTimer, "Timer"),
        ("System.Web", KnownType.RequestHost, "IHttpHandler IHttpAsyncHandler"),
        ("System.Web.Http", KnownType.RequestHost, "ApiController"),
        ("System.Web.Http.Filters", KnownType.SharedHost, "ActionFilterAttribute ExceptionFilterAttribute"),
        ("System.Web.Mvc", KnownType.RequestHost, "ControllerBase"),
        ("System.Web.Mvc", KnownType.SharedHost, "ActionFilterAttribute"),
        ("System.Windows", KnownType.UserInterfaceObject, "DependencyObject"),
        ("System.Windows", KnownType.Freezable, "Freezable"),
        ("System.Windows.Forms", KnownType.UserInterfaceObject, "Control"),
        ("System.Windows.Threading", KnownType.UserInterfaceObject, "DispatcherObject"),
        ("System.Windows.Threading", KnownType.Dispatcher, "Dispatcher"),
        ("System.Xml", KnownType.UnsafeService, "XmlDocument"),
        ("Windows.UI.Xaml", KnownType.UserInterfaceObject, "DependencyObject"),
        ("UnityEngine", KnownType.UserInterfaceObject, "MonoBehaviour"));

    /// <summary>The last words of the names: nearly every type is told apart by this one look.</summary>
    private static readonly ImmutableHashSet<string> Simple =
        Table.Keys.Select(name => name.Substring(name.LastIndexOfAny(['.', '+']) + 1).Split('`')[0]).ToImmutableHashSet(StringComparer.Ordinal);

    /// <summary>Whether a type of that simple name can be one of the known.</summary>
    public static bool MayKnow(string simpleName) => Simple.Contains(simpleName);

    /// <summary>The meaning of a full metadata name.</summary>
    public static KnownType Of(string fullName) => Table.TryGetValue(fullName, out var meaning) ? meaning : KnownType.None;

    private static Dictionary<string, KnownType> Read(params (string Namespace, KnownType Meaning, string Names)[] rows)
    {
        var table = new Dictionary<string, KnownType>(StringComparer.Ordinal);
        foreach (var (scope, meaning, names) in rows)
            foreach (var name in names.Split(' '))
                table.Add($"{scope}.{name}", meaning);
        return table;
    }
}
