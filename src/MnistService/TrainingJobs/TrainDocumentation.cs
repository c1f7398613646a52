using MnistService.Connections.Memory;
using MnistService.Database;
using MnistService.OpenApi;

namespace MnistService.TrainingJobs;

/// <summary>OpenAPI documentation of <c>/train</c>, shown in Swagger UI.</summary>
internal static class TrainDocumentation
{
    private const string Settings =
        """
        "settings":{"data":"mnist","activate":"ifBetter","recipe":{"network":"mlp","mode":"generator","epochs":1,"steps":null,"batchSize":128,"learningRate":0.004,
        "schedule":"oneCycle","warmUp":0.2,"weightDecay":0.1,"labelSmoothing":0.05,"weightAverage":0.999,
        "augmentation":{"rotation":15,"zoom":0.15,"shift":0.06,"shear":0.15,"elastic":1,"until":0.9},"seed":1,"validation":0.0833},"startFrom":null}
        """;

    private const string Recipe =
        """
        {"settings":{"network":"cnn","mode":"generator","epochs":40,"steps":null,"batchSize":128,"learningRate":0.004,"schedule":"oneCycle","warmUp":0.2,"weightDecay":0.1,
        "labelSmoothing":0.05,"weightAverage":0.999,"augmentation":{"rotation":15,"zoom":0.15,"shift":0.06,"shear":0.15,"elastic":1,"until":0.9},"seed":1,
        "validation":0.0833},"bounds":{"epochs":{"least":1,"most":1000},"learningRate":{"least":0,"most":1,"leastExcluded":true}}}
        """;

    private const string Queued =
        $$"""
        {"id":"02n5fcn1zqjbt","name":null,"state":"queued","createdAt":"2026-11-24T11:19:30.6237473+00:00","startedAt":null,"finishedAt":null,
        {{Settings}},"progress":null,"epochs":[],"test":null,"model":null,"activation":null,"error":null,"warnings":[]}
        """;

    private const string Running =
        $$"""
        {"id":"02n5fcn1zqjbt","name":null,"state":"running","createdAt":"2026-11-24T11:19:30.6237473+00:00","startedAt":"2026-11-24T11:19:30.6764345+00:00",
        "finishedAt":null,{{Settings}},"progress":{"epoch":1,"epochs":1,"step":250,"steps":429,"imagesPerSecond":16415.2,"etaSeconds":1.4},
        "epochs":[],"test":null,"model":null,"activation":null,"error":null,"warnings":[]}
        """;

    private const string Cancelled =
        $$"""
        {"id":"02n5fcn1zqjbt","name":null,"state":"cancelled","createdAt":"2026-11-24T11:19:30.6237473+00:00","startedAt":null,
        "finishedAt":"2026-11-24T11:19:34.1719501+00:00",{{Settings}},"progress":null,"epochs":[],"test":null,"model":null,"activation":null,"error":null,"warnings":[]}
        """;

    internal static RouteHandlerBuilder WithStartDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Start a training job")
        .WithDescription(
            "Every field may be left out; `{}` trains the recommended recipe: 40 epochs of the CNN, some minutes on two cores. One job trains at a time, the others wait " +
            "in order. The service goes on answering; when the job is done its model is measured on MNIST's 10,000 test images (where they are at hand) and, by the policy " +
            "in `activate`, is promoted: `ifBetter` only if it is better on its own held-out " +
            "images and not worse on the reference sets than the served and the shipped model; `activation` on the job shows every number.")
        .Accepts<TrainRequest>("application/json")
        .WithJsonBody("A first try: the fully connected baseline, a few seconds", """{"network":"mlp","epochs":1}""")
        .WithJsonBody("The recommended recipe", "{}")
        .WithJsonBody("The notebook's generator", """{"name":"from the generator","network":"cnn","mode":"generator","steps":10000,"batchSize":64,"augmentation":{"rotation":10,"zoom":0.1,"shift":0.1},"activate":"never"}""")
        .WithJsonBody("Pictures of your own, by the id that POST /datasets answered", """{"data":"02n5fd8zw1m4x","activate":"never"}""")
        .WithAnswer(202, "application/json", Queued)
        .WithError(400, "json_invalid", "The JSON body cannot be read", "At $.epochs, line 1, byte 16: an unknown field, a value of the wrong type, or not JSON.")
        .WithError(415, "content_type_not_supported", "Unsupported Media Type", "Expected a supported JSON media type but got \"text/plain\".")
        .WithError(422, "train_settings_invalid", "The settings cannot be trained with", "network 'transformer' is not one of cnn, mlp. epochs is 0; expected at least 1 and at most 1000.")
        .WithError(429, "bodies_too_large", "The service is busy", MemoryProblems.TooManyDetail)
        .WithError(429, "train_queue_full", "Too many jobs wait",
            "As many training jobs wait as may (MnistService:Training:QueueCapacity). Cancel one, or try again when one has finished.")
        .WithStorageFailed();

    internal static RouteHandlerBuilder WithListDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("List the jobs, newest first")
        .WithDescription("A page at a time, `page` from 1, `pageSize` from 1 to 100; with `state` only those in it.")
        .WithQueryValues("state", null, [.. Enum.GetValues<JobState>().Select(JobStates.NameOf)])
        .WithAnswer(200, "application/json", $$"""{"page":1,"pageSize":20,"total":1,"jobs":[{{Running}}]}""")
        .WithError(400, "request_invalid", "Bad Request", "Failed to bind parameter \"int page\" from \"x\".")
        .WithError(422, "query_invalid", "No such page", "page is 0 and pageSize 20; expected page from 1 and pageSize 1 to 100.");

    internal static RouteHandlerBuilder WithRecipeDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("The recommended recipe, and what may be chosen instead")
        .WithDescription("What a field of `POST /train` is that is left out, and between which bounds it may be set. A form can be made of it.")
        .WithAnswer(200, "application/json", Recipe);

    internal static RouteHandlerBuilder WithGetDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("A job with its progress and epochs")
        .WithDescription("Where it stands, at most half a second old while it runs; its epochs; in the end its model, what that scored, and whether it serves. `warnings`: sentences about its " +
            "data, such as \"Data set 02n5fd8zw1m4x: 412 of 1,500 labels look wrong; classes 3 and 5 seem swapped.\"; it is trained all the same.")
        .WithAnswer(200, "application/json", Running).WithNotFound();

    internal static RouteHandlerBuilder WithEventsDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Follow a job live")
        .WithDescription(
            "Server-sent events until the job is over: `state` (the job, at once and at each change), `progress` (about twice a second), `epoch` (with its number as id). " +
            "In a browser: `new EventSource('/train/{id}/events')`; a client that comes back sends `Last-Event-ID` and gets the epochs that it missed, or 204 when there is " +
            "nothing more to come. A slow client skips progress. The stream ends early, and may be asked for again, when the service stops, the key is removed, or more data " +
            "arrive on the connection, which serves no other request.")
        .WithAnswer(200, "text/event-stream",
            """
            event: state
            data: {"id":"02n5fcn1zqjbt","state":"running",…}

            event: progress
            data: {"epoch":1,"epochs":2,"step":250,"steps":858,"imagesPerSecond":16415.2,"etaSeconds":4.7}

            event: epoch
            data: {"epoch":1,"trainLoss":0.6512,"trainAccuracy":0.8809,"validationLoss":0.1209,"validationAccuracy":0.9782,"learningRate":0.002,"seconds":2.77}
            id: 1

            """)
        .Produces(204).WithNotFound()
        .WithError(400, "request_invalid", "The request has a body", "A request for a stream of events has no body.")
        .WithError(429, "too_many_watchers", "Too many streams are open",
            "This address has 100 streams open (MnistService:Training:MaxWatchersPerAddress). Close one, or try again later.");

    internal static RouteHandlerBuilder WithCancelDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Cancel a job")
        .WithDescription("A queued job is cancelled at once (200); a running one stops within one step (202). Cancelling a cancelled job again answers the same.")
        .WithAnswer(200, "application/json", Cancelled).WithAnswer(202, "application/json", Running).WithNotFound()
        .WithError(409, "job_finished", "The job is over", "The job is succeeded; only a queued or running one can be cancelled.")
        .WithError(409, "job_changing", "The job is starting or ending", "The job is running and could not be stopped at this moment. Try again.")
        .WithStorageFailed();

    internal static RouteHandlerBuilder WithResumeDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Go on with a job that was interrupted, cancelled, or failed")
        .WithDescription(
            "The job waits in the queue again and goes on from its last checkpoint: after each epoch, and where a cancellation or a stop of the service found it. It ends with " +
            "the same weights as if it had never stopped. With `hasCheckpoint` false (the oldest checkpoints are deleted, " +
            "`MnistService:Storage:Checkpoints`) it begins at the beginning, and its progress and epochs are cleared.")
        .WithAnswer(202, "application/json", Queued).WithNotFound()
        .WithError(409, "job_not_resumable", "The job cannot go on", "The job is succeeded; only one that was interrupted, cancelled, or failed without diverging can be resumed.")
        .WithError(429, "train_queue_full", "Too many jobs wait",
            "As many training jobs wait as may (MnistService:Training:QueueCapacity). Cancel one, or try again when one has finished.")
        .WithStorageFailed();

    internal static RouteHandlerBuilder WithDeleteDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Forget a finished job; its model stays")
        .WithDescription("Removes the record and the checkpoint. A queued or running job has to be cancelled first.")
        .Produces(204).WithNotFound()
        .WithError(409, "job_unfinished", "The job is not over", "The job is running; cancel it first.")
        .WithStorageFailed();

    private static RouteHandlerBuilder WithStorageFailed(this RouteHandlerBuilder route) => route.WithError(507, "storage_failed", "The database could not be written to",
        "The disk that the database is on is full or cannot be written to. Nothing was kept.");

    private static RouteHandlerBuilder WithNotFound(this RouteHandlerBuilder route) =>
        route.WithError(404, "job_not_found", "No such job", "There is no training job of this id; GET /train lists them.");
}
