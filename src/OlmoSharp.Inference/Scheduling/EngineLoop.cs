using System.Diagnostics;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Sampling;

namespace OlmoSharp.Inference.Scheduling;

/// <summary>
/// What the engine's thread does: takes requests, decides what the next pass computes, and hands out what comes of it. Everything that the thread alone uses is without locks.
/// </summary>
internal sealed class EngineLoop
{
    // Tokens that a text is to have room for when it begins, beyond those it has, so that it is not sent away again at once.
    private const int RoomToBegin = 32;

    private readonly IInferenceEngine _engine;
    private readonly LoadedModel _model;
    private readonly SchedulerOptions _options;
    private readonly int[] _endIds;
    private readonly int _page;
    private readonly object _signal = new();
    private bool _isWoken;

    // Between callers and the thread, under the lock.
    private readonly Lock _gate = new();
    private readonly Queue<ScheduledWork> _new = [];
    private long _arrivals;
    private int _waitingRequests;
    private int _freePlaces;
    private long _rejected;
    private bool _isClosed;

    private readonly SchedulerCounters _counters = new();

    // The thread's own.
    private readonly PrefixCache _prefixes;
    private readonly SortedSet<ScheduledWork> _waiting = [];
    private readonly List<ScheduledText> _running = [];
    private readonly List<ScheduledText> _parked = [];
    private readonly List<EngineJob> _jobs = [];
    private readonly List<ScheduledText> _prompts = [];
    private readonly List<ScheduledText> _planned = [];
    private readonly List<EngineInput> _inputs = [];
    private readonly List<EngineInput> _alone = [];
    private readonly SamplingBuffers _buffers = new();
    private int _plannedPositions;
    private int _turn;
    private float[] _logits = [];

    /// <summary>Prepares.</summary>
    public EngineLoop(LoadedModel model, SchedulerOptions options)
    {
        (_model, _engine, _options) = (model, model.Engine, options);
        _endIds = [model.Tokenizer.EndOfTextId, .. model.EndIds];
        _freePlaces = options.MaximumRunning;
        _prefixes = new(options.PrefixCachePositions ?? _engine.Positions);
        _counters.FreePositions = _engine.FreePositions;
        using var empty = _engine.NewSequence();
        _page = empty.PositionsFor(1);
    }

    /// <summary>Positions that the jobs have been given and may still take.</summary>
    private int SetAside
    {
        get
        {
            var positions = 0;
            foreach (var job in _jobs)
            {
                positions += job.Reserved - job.Used;
            }

            return positions;
        }
    }

    /// <summary>Positions that texts can take now.</summary>
    private int Free => _engine.FreePositions - SetAside - _plannedPositions;

    /// <summary>Free positions that a new sequence of so many tokens takes. For any thread.</summary>
    public int PositionsFor(int tokens) => (int)Math.Min(int.MaxValue, ((long)tokens + _page - 1) / _page * _page);

    /// <summary>Takes a generation request. For any thread.</summary>
    /// <exception cref="QueueFullException">Too many requests wait.</exception>
    public GenerationRequest Submit(int[] prompt, GenerationOptions options, int limit)
    {
        GenerationRequest? request = null;
        Enqueue(arrival => new ScheduledText(request = new(arrival, prompt, options, limit, _options.BufferedSteps, Wake), 0));
        return request!;
    }

    /// <summary>Takes another request. For any thread.</summary>
    /// <exception cref="QueueFullException">Too many requests wait.</exception>
    public ResultJob<T> Submit<T>(Func<long, ResultJob<T>> create)
    {
        ResultJob<T>? job = null;
        Enqueue(arrival => job = create(arrival));
        return job!;
    }

    /// <summary>Has the thread look for what has changed. For any thread.</summary>
    public void Wake()
    {
        lock (_signal)
        {
            _isWoken = true;
            Monitor.Pulse(_signal);
        }
    }

    /// <summary>Refuses further requests and ends those that there are. For any thread.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        Wake();
    }

    /// <summary>What has been done. For any thread.</summary>
    public SchedulerStatistics Read()
    {
        int waiting;
        long rejected;
        lock (_gate)
        {
            (waiting, rejected) = (_waitingRequests, _rejected);
        }

        lock (_counters)
        {
            return new()
            {
                Running = _counters.Running,
                Waiting = waiting,
                Paused = _counters.Paused,
                Positions = _engine.Positions,
                FreePositions = _counters.FreePositions,
                CachedPositions = _counters.CachedPositions,
                PromptTokens = _counters.PromptTokens,
                CachedPromptTokens = _counters.CachedPromptTokens,
                GeneratedTokens = _counters.GeneratedTokens,
                ScoredTokens = _counters.ScoredTokens,
                Finished = _counters.Finished,
                Cancelled = _counters.Cancelled,
                Failed = _counters.Failed,
                Rejected = rejected,
                Preemptions = _counters.Preemptions,
                Passes = _counters.Passes,
                TimeToFirstToken = _counters.TimeToFirstToken.Read(),
                InterTokenTime = _counters.InterTokenTime.Read(),
            };
        }
    }

    /// <summary>Works until it is closed, then frees the engine.</summary>
    public void Run()
    {
        Exception? failure = null;
        try
        {
            while (TakeNew())
            {
                DropCancelled();
                Park();
                Resume();
                Admit();
                var hasWorked = RunTexts();
                hasWorked |= RunJob();
                Publish();
                if (!hasWorked)
                {
                    Sleep();
                }
            }
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            Close();
            End(new InferenceException("the scheduler was closed before the request was answered", failure));
        }
    }

    private void Sleep()
    {
        lock (_signal)
        {
            while (!_isWoken)
            {
                Monitor.Wait(_signal);
            }

            _isWoken = false;
        }
    }

    private void Enqueue(Func<long, ScheduledWork> create)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(RequestScheduler));
            if (_waitingRequests >= _freePlaces + _options.MaximumWaiting)
            {
                _rejected++;
                throw new QueueFullException($"{_waitingRequests} requests wait already; try again later");
            }

            _waitingRequests++;
            _new.Enqueue(create(_arrivals++));
        }

        Wake();
    }

    private bool TakeNew()
    {
        lock (_gate)
        {
            while (_new.TryDequeue(out var work))
            {
                if (work is ScheduledText text)
                {
                    text.Request.Texts.Add(text);
                }

                _waiting.Add(work);
            }

            return !_isClosed;
        }
    }

    /// <summary>Notes that a request no longer waits for its first turn, and how many places are free now.</summary>
    private void LeaveQueue(ScheduledWork work)
    {
        lock (_gate)
        {
            _waitingRequests -= work.HasBegun ? 0 : 1;
            CountPlaces();
        }

        work.HasBegun = true;
    }

    private void CountPlaces() => _freePlaces = Math.Max(0, _options.MaximumRunning - _running.Count - _jobs.Count);

    private void DropCancelled()
    {
        while (FindCancelled() is { } work)
        {
            Count(counters => counters.Cancelled++);
            if (work is ScheduledText text)
            {
                Drop(text.Request, null);
            }
            else
            {
                Drop((EngineJob)work);
            }
        }
    }

    private ScheduledWork? FindCancelled()
    {
        foreach (var work in _waiting)
        {
            if (work.IsCancelled)
            {
                return work;
            }
        }

        return _running.Find(text => text.IsCancelled) ?? _parked.Find(text => text.IsCancelled) ?? (ScheduledWork?)_jobs.Find(job => job.IsCancelled);
    }

    /// <summary>Ends a request and frees what it holds.</summary>
    private void Drop(GenerationRequest request, Exception? exception)
    {
        foreach (var text in request.Texts)
        {
            text.Release();
            LeaveQueue(text);
            _waiting.Remove(text);
            _running.Remove(text);
            _parked.Remove(text);
        }

        request.Texts.Clear();
        request.End(exception ?? new OperationCanceledException("the request was given up"));
    }

    private void Drop(EngineJob job)
    {
        LeaveQueue(job);
        _waiting.Remove(job);
        _jobs.Remove(job);
        job.Stop();
    }

    private void Fail(GenerationRequest request, Exception exception)
    {
        Count(counters => counters.Failed++);
        Drop(request, exception);
    }

    /// <summary>Sends texts away whose readers lag behind; others take their places.</summary>
    private void Park()
    {
        foreach (var text in _running)
        {
            if (!text.Request.HasRoom())
            {
                Keep(text);
                _parked.Add(text);
            }
        }

        foreach (var work in _waiting)
        {
            // Before its first token a text has written nothing.
            if (work is ScheduledText { Text: not null } text && !text.Request.HasRoom())
            {
                _parked.Add(text);
            }
        }

        foreach (var text in _parked)
        {
            _running.Remove(text);
            _waiting.Remove(text);
        }
    }

    /// <summary>Lets texts go on whose readers have caught up.</summary>
    private void Resume()
    {
        for (var i = _parked.Count - 1; i >= 0; i--)
        {
            if (_parked[i].Request.HasDrained())
            {
                _waiting.Add(_parked[i]);
                _parked.RemoveAt(i);
            }
        }
    }

    /// <summary>Gives places to those who wait, in the order in which they came.</summary>
    private void Admit()
    {
        while (_running.Count + _jobs.Count < _options.MaximumRunning && _waiting.Min is { } work && (work is ScheduledText text ? TryBegin(text) : TryBegin((EngineJob)work)))
        {
            _waiting.Remove(work);
            LeaveQueue(work);
        }
    }

    private bool TryBegin(ScheduledText text)
    {
        text.Sequence = FindBeginning(text.Tokens.Span, 0) ?? _engine.NewSequence();
        var cached = text.Sequence.Length;
        var needed = Committed() + PositionsToBegin(text);
        MakeRoom(needed);
        if (Free < needed && _running.Count + _jobs.Count > 0)
        {
            text.Release();
            return false;
        }

        if (!text.HasBegun)
        {
            text.Request.CachedTokens = cached;
            Count(counters =>
            {
                counters.PromptTokens += text.Known;
                counters.CachedPromptTokens += cached;
            });
        }

        _running.Add(text);
        return true;
    }

    private bool TryBegin(EngineJob job)
    {
        var committed = Committed();
        MakeRoom(committed + job.LeastPositions);
        var room = Free - committed;
        if (room < job.LeastPositions)
        {
            return false;
        }

        // Half of what is there, so that texts that come later find room too.
        MakeRoom(committed + Math.Min(job.UsefulPositions, _engine.Positions / 2));
        room = Free - committed;
        job.Begin(Math.Min(job.UsefulPositions, Math.Max(job.LeastPositions, room / 2)));
        _jobs.Add(job);
        return true;
    }

    /// <summary>A sequence that holds the longest beginning of some tokens, but not all of them, that the cache or a running text has; null: none that is longer than a length.</summary>
    private IEngineSequence? FindBeginning(ReadOnlySpan<int> tokens, int length)
    {
        tokens = tokens[..^1];
        ScheduledText? best = null;
        foreach (var text in _running)
        {
            var common = tokens.CommonPrefixLength(text.Computed);
            if (common > length && text.Sequence!.PositionsToFork == 0)
            {
                (best, length) = (text, common);
            }
        }

        if (_prefixes.Take(tokens, length) is { } kept)
        {
            return kept;
        }

        var fork = best?.Sequence!.Fork();
        fork?.Truncate(length);
        return fork;
    }

    /// <summary>Positions that the running texts need to compute what they have and a little more.</summary>
    private int Committed()
    {
        var positions = 0;
        foreach (var text in _running)
        {
            positions += PositionsToBegin(text);
        }

        return positions;
    }

    private static int PositionsToBegin(ScheduledText text) => text.Sequence!.PositionsFor(Math.Min(text.Remaining + RoomToBegin, text.Most - text.Sequence.Length));

    /// <summary>Gives up the prefix cache, the oldest first, until so many positions are free or nothing is left of it.</summary>
    private void MakeRoom(int positions)
    {
        while (Free < positions && _prefixes.EvictOldest())
        {
        }
    }

    private bool RunTexts()
    {
        while (_running.Count > 0)
        {
            Plan();
            if (_inputs.Count > 0)
            {
                Compute();
                return true;
            }

            if (_running.Count == 0 || _jobs.Count > 0)
            {
                // The jobs hold the memory; they end.
                return false;
            }

            if (_running.Count > 1)
            {
                Preempt(_running[^1]);
            }
            else
            {
                Fail(_running[0].Request, new InferenceException($"no room for the text: {_engine.FreePositions} of {_engine.Positions} cached positions are free"));
            }
        }

        return false;
    }

    /// <summary>Decides what the next pass computes: a token of every text that is being generated, and a share of each prompt.</summary>
    private void Plan()
    {
        _inputs.Clear();
        _planned.Clear();
        _prompts.Clear();
        _plannedPositions = 0;
        foreach (var text in _running)
        {
            if (text.Remaining > 1)
            {
                _prompts.Add(text);
            }
        }

        // Before anything is planned: a block that a prompt comes to share must be copied by its holder.
        Follow();
        for (var i = 0; i < _running.Count; i++)
        {
            if (_running[i].Remaining == 1 && FindRoom(_running[i]))
            {
                Add(_running[i], 1);
            }
        }

        var budget = _inputs.Count > 0 ? _options.PromptTokensBesideDecoding : _options.PromptTokensPerPass;
        // Some were sent away for the sake of another's token, and some have found all but the last of theirs and are planned already.
        _prompts.RemoveAll(static text => text.Sequence is null || text.Remaining == 1);
        _turn = _prompts.Count > 0 ? (_turn + 1) % _prompts.Count : 0;
        for (var i = 0; i < _prompts.Count && budget > 0; i++)
        {
            var text = _prompts[(_turn + i) % _prompts.Count];
            var share = (budget + _prompts.Count - i - 1) / (_prompts.Count - i);
            var tokens = FittingTokens(text.Sequence!, Math.Min(share, text.Remaining));
            if (tokens > 0)
            {
                Add(text, tokens);
                budget -= tokens;
            }
        }

        _plannedPositions = 0;
    }

    /// <summary>
    /// Has prompts that begin like one that came before wait until that one has been computed so far, and then go on from there: what came together with one beginning is computed once.
    /// </summary>
    private void Follow()
    {
        for (var i = _prompts.Count - 1; i >= 0; i--)
        {
            var text = _prompts[i];
            if (text.Sequence!.PositionsToFork > 0)
            {
                return;
            }

            if (IsBehind(i))
            {
                _prompts.RemoveAt(i);
            }
            else if (FindBeginning(text.Tokens.Span, text.Sequence.Length) is { } longer)
            {
                text.Release();
                text.Sequence = longer;
            }
        }
    }

    /// <summary>Whether an earlier prompt is about to compute more of what this one needs than is worth computing twice.</summary>
    private bool IsBehind(int place)
    {
        var tokens = _prompts[place].Tokens.Span[..^1];
        for (var i = 0; i < place; i++)
        {
            var common = tokens.CommonPrefixLength(_prompts[i].Tokens.Span);
            if (common >= _prompts[place].Sequence!.Length + _page && common > _prompts[i].Sequence!.Length)
            {
                return true;
            }
        }

        return false;
    }

    private void Add(ScheduledText text, int tokens)
    {
        _plannedPositions += text.Sequence!.PositionsFor(tokens);
        _planned.Add(text);
        _inputs.Add(new(text.Sequence, text.Tokens.Slice(text.Sequence.Length, tokens)) { LogitRows = tokens == text.Remaining ? 1 : 0 });
    }

    /// <summary>Finds room for a token, at the cost of texts that began later if need be.</summary>
    private bool FindRoom(ScheduledText text)
    {
        var sequence = text.Sequence!;
        MakeRoom(sequence.PositionsFor(1));
        // What it needs falls when others let go of a block that it shares with them.
        while (Free < sequence.PositionsFor(1) && _running[^1] != text)
        {
            Preempt(_running[^1]);
        }

        return Free >= sequence.PositionsFor(1);
    }

    /// <summary>As many tokens as there is room for, at the cost of the prefix cache only.</summary>
    private int FittingTokens(IEngineSequence sequence, int tokens)
    {
        MakeRoom(sequence.PositionsFor(tokens));
        while (tokens > 0 && sequence.PositionsFor(tokens) > Free)
        {
            tokens /= 2;
        }

        return tokens;
    }

    private void Preempt(ScheduledText text)
    {
        Count(counters => counters.Preemptions++);
        _running.Remove(text);
        text.Release();
        _waiting.Add(text);
    }

    /// <summary>Leaves a text's cache to those who begin like it, perhaps itself.</summary>
    private void Keep(ScheduledText text)
    {
        if (text.Sequence is { } sequence)
        {
            _prefixes.Add(sequence, text.Computed);
            text.Sequence = null;
        }
    }

    private void Compute()
    {
        Count(counters => counters.Passes++);
        try
        {
            Forward(_inputs);
        }
        catch (Exception exception) when (exception is not ArgumentException)
        {
            // An argument that is wrong is a mistake of this class, which must not be covered up.
            ComputeAlone();
            return;
        }

        var row = 0;
        for (var i = 0; i < _inputs.Count; i++)
        {
            if (_inputs[i].LogitRows > 0)
            {
                Take(_planned[i], row++);
            }
        }
    }

    /// <summary>Finds out whose fault it is that a pass failed: only theirs ends.</summary>
    private void ComputeAlone()
    {
        for (var i = 0; i < _inputs.Count; i++)
        {
            if (_planned[i].Request.IsEnded)
            {
                continue;
            }

            _alone.Clear();
            _alone.Add(_inputs[i]);
            try
            {
                Forward(_alone);
            }
            catch (Exception exception)
            {
                Fail(_planned[i].Request, exception);
                continue;
            }

            if (_inputs[i].LogitRows > 0)
            {
                Take(_planned[i], 0);
            }
        }
    }

    private void Forward(List<EngineInput> inputs)
    {
        var size = inputs.Sum(input => input.LogitRows) * _engine.Config.VocabularySize;
        if (_logits.Length < size)
        {
            _logits = new float[size];
        }

        _engine.Forward(inputs, _logits.AsSpan(0, size));
    }

    /// <summary>Takes what a text's tokens gave.</summary>
    private void Take(ScheduledText text, int row)
    {
        var request = text.Request;
        if (request.IsEnded)
        {
            return;
        }

        try
        {
            if (text.Text is not null)
            {
                Step(text, row);
                return;
            }

            Branch(text);
            foreach (var each in request.Texts.ToArray())
            {
                Step(each, row);
            }
        }
        catch (Exception exception)
        {
            // What one request asks for must not end others.
            Fail(request, exception);
        }
    }

    /// <summary>Begins the texts of a request whose prompt has been computed.</summary>
    private void Branch(ScheduledText first)
    {
        var request = first.Request;
        for (var sample = 0; sample < request.Options.Samples; sample++)
        {
            var text = sample == 0 ? first : new ScheduledText(request, sample) { HasBegun = true };
            text.Text = new(_model.Tokenizer, _endIds, request.Options, request.Prompt, request.Limit, sample, _buffers);
            if (sample == 0)
            {
                continue;
            }

            request.Texts.Add(text);
            if (_running.Count + _jobs.Count < _options.MaximumRunning && first.Sequence!.PositionsToFork <= Free)
            {
                text.Sequence = first.Sequence.Fork();
                _running.Insert(_running.IndexOf(first) + sample, text);
            }
        }
    }

    private void Step(ScheduledText text, int row)
    {
        // Rows beyond the tokenizer's vocabulary only pad the matrix and are never text.
        var step = text.Text!.Next(_logits.AsSpan(row * _engine.Config.VocabularySize, _model.Tokenizer.VocabularySize));
        var (request, now) = (text.Request, Stopwatch.GetTimestamp());
        lock (_counters)
        {
            if (text.LastStep > 0)
            {
                _counters.InterTokenTime.Add(Stopwatch.GetElapsedTime(text.LastStep, now).TotalSeconds);
            }
            else if (text.IsFirst)
            {
                step = step with { CachedPromptTokens = request.CachedTokens };
                _counters.TimeToFirstToken.Add(Stopwatch.GetElapsedTime(request.Submitted, now).TotalSeconds);
            }

            _counters.GeneratedTokens += step.Id is null ? 0 : 1;
        }

        text.LastStep = now;
        if (step.Id is { } id)
        {
            text.Append(id);
        }

        request.Write(step);
        if (step.Finish is not null)
        {
            Finish(text);
        }
        else if (text.Sequence is null)
        {
            _waiting.Add(text);
        }
    }

    private void Finish(ScheduledText text)
    {
        _running.Remove(text);
        Keep(text);
        text.Request.Texts.Remove(text);
        if (text.Request.Texts.Count == 0)
        {
            Count(counters => counters.Finished++);
            text.Request.End();
        }
    }

    /// <summary>Runs a pass of the job whose turn it is.</summary>
    private bool RunJob()
    {
        if (_jobs.Count == 0)
        {
            return false;
        }

        var job = _jobs[0];
        _jobs.RemoveAt(0);
        _jobs.Add(job);
        var free = _engine.FreePositions;
        try
        {
            var computed = job.Step(_running.Count > 0 ? _options.PromptTokensBesideDecoding : _options.PromptTokensPerPass);
            job.Used += free - _engine.FreePositions;
            Count(counters =>
            {
                counters.ScoredTokens += computed;
                counters.Passes += computed > 0 ? 1 : 0;
                counters.Finished += computed > 0 ? 0 : 1;
            });
            if (computed == 0)
            {
                Drop(job);
                job.Complete();
            }
        }
        catch (Exception exception)
        {
            Count(counters => counters.Failed++);
            Drop(job);
            job.Fail(exception);
        }

        return true;
    }

    private void Count(Action<SchedulerCounters> count)
    {
        lock (_counters)
        {
            count(_counters);
        }
    }

    private void Publish()
    {
        lock (_gate)
        {
            CountPlaces();
        }

        Count(counters =>
        {
            counters.Running = _running.Count + _jobs.Count;
            counters.Paused = _parked.Count + _waiting.Count(work => work.HasBegun);
            counters.FreePositions = _engine.FreePositions;
            counters.CachedPositions = _prefixes.Positions;
        });
    }

    private void End(Exception exception)
    {
        TakeNew();
        GenerationRequest[] requests = [.. _running.Concat(_parked).Concat(_waiting.OfType<ScheduledText>()).Select(text => text.Request).Distinct()];
        Array.ForEach(requests, request => Drop(request, exception));
        EngineJob[] jobs = [.. _jobs.Concat(_waiting.OfType<EngineJob>())];
        foreach (var job in jobs)
        {
            Drop(job);
            job.Fail(exception);
        }

        while (_prefixes.EvictOldest())
        {
        }

        Publish();
        _engine.Dispose();
    }
}
